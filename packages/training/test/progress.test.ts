import { describe, expect, it } from 'vitest';
import { createProgress, duration } from '../src/index';

function recorder(isTTY: boolean) {
  let text = '';
  let time = 0;
  const stream = { isTTY, columns: 200, write: (part: string) => (text += part) };
  return { stream, now: () => time, advance: (ms: number) => (time += ms), text: () => text };
}

describe('createProgress', () => {
  it('prints a plain line now and then where there is no terminal, with speed and time left', () => {
    const { stream, now, advance, text } = recorder(false);
    const progress = createProgress({
      stream,
      name: 'tiny',
      steps: 1000,
      from: 0,
      tokensPerStep: 2048,
      interval: 1000,
      now,
    });
    for (let step = 1; step <= 21; step++) {
      progress.step(step, { loss: 5, rate: 0.001 });
      advance(100);
    }
    progress.end();
    expect(text().split('\n')).toEqual([
      'tiny  step 1/1,000 (0 %)  loss 5.000  rate 1.00e-3',
      'tiny  step 11/1,000 (1 %)  loss 5.000  rate 1.00e-3  20,480 tokens/s  1 min 39 s left',
      'tiny  step 21/1,000 (2 %)  loss 5.000  rate 1.00e-3  20,480 tokens/s  1 min 38 s left',
      '',
    ]);
    expect(text()).not.toContain('\x1b');
  });

  it('redraws one line on a terminal and lets notes stand above it', () => {
    const { stream, now, advance, text } = recorder(true);
    const progress = createProgress({ stream, name: 'tiny', steps: 4, from: 2, now });
    progress.step(3, { loss: 1, rate: 1 });
    progress.note('a note');
    advance(500);
    progress.step(4, { loss: 0.5, rate: 1 });
    progress.end();
    progress.end();
    expect(text()).toBe(
      '\r\x1b[2Ktiny  step 3/4 (75 %)  loss 1.000  rate 1.00e+0\r\x1b[2Ka note\n' +
        '\r\x1b[2Ktiny  step 4/4 (100 %)  loss 0.500  rate 1.00e+0  2.00 steps/s\n',
    );
  });
});

it('duration', () => {
  expect([0.4, 59.4, 60, 185, 3599.6, 7620, -3].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 00 min',
    '2 h 07 min',
    '0 s',
  ]);
});
