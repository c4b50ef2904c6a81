import { expect, it } from 'vitest';
import type { Cost } from '../../src/run/lanes';
import { progress } from '../../src/run/progress';

const terminal = (written: string[]) => ({
  write: (text: string) => written.push(text.replace('\r\x1b[K', '')),
  isTTY: true,
});

const costs = (seconds: number, triggers?: number): Cost => ({
  seconds,
  materials: triggers === undefined ? {} : { 'x: triggers': triggers },
});

it('tells what runs and how long the rest will take, at the pace so far', () => {
  const written: string[] = [];
  const bar = progress([[{ a: costs(90), b: costs(20) }]], { write: (text) => written.push(text) });
  bar.start('a');
  bar.finish('a', { seconds: 190, materials: {} }); // 200 of 100 planned seconds, the ten to begin with counted
  bar.start('b');
  expect(written).toEqual(['measuring a (1 of 2), about 1 min 50 s left\n', 'measuring b (2 of 2), about 40 s left\n']);
});

it('tells on a terminal which share of a material is made, at the pace of the material itself', () => {
  const written: string[] = [];
  let seconds = 0;
  const bar = progress([[{ 'x/a': costs(5, 60), 'x/b': costs(5, 60) }]], terminal(written), () => 1000 * seconds);
  bar.start('x/a');
  const advance = (share: number) => bar.advance({ key: 'x/a', material: 'x: triggers', share });
  advance(0);
  seconds = 40;
  advance(0.5); // 30 s more as planned, 40 at its own pace: 35, and 10 for both claims
  advance(1);
  expect(written).toEqual([
    'measuring x/a (1 of 2), about 1 min 10 s left',
    'measuring x/a, triggers 0 % (1 of 2), about 1 min 10 s left',
    'measuring x/a, triggers 50 % (1 of 2), about 45 s left',
    'measuring x/a, triggers 100 % (1 of 2), about 10 s left',
  ]);
  const log: string[] = [];
  progress([[{ a: costs(1) }]], { write: (text) => log.push(text) }).advance({ key: 'a', material: 'm', share: 0.5 });
  expect(log).toEqual([]);
});

it('does not wait for a material that is made already', () => {
  const written: string[] = [];
  const bar = progress([[{ 'x/a': costs(10, 60), 'x/b': costs(10, 60) }]], terminal(written));
  bar.start('x/a');
  bar.finish('x/a', { seconds: 10, materials: { triggers: { seconds: 60 } } });
  bar.start('x/b');
  // a result that failed is not waited for either
  bar.finish('x/b');
  expect(written).toEqual([
    'measuring x/a (1 of 2), about 1 min 20 s left',
    '',
    'measuring x/b (2 of 2), about 10 s left',
    '',
  ]);
});

it('waits for the longest lane of each step, and for no material whose claims have all ended', () => {
  const written: string[] = [];
  const lane = { 'x/a': costs(10, 60), 'x/b': costs(10, 60) };
  const bar = progress([[lane, { 'y/a': costs(40) }], [{ 'x/timed': costs(20) }]], {
    write: (text) => written.push(text),
  });
  bar.start('x/a');
  bar.start('y/a');
  bar.finish('x/a', { seconds: 10, materials: {} });
  bar.start('x/b');
  bar.finish('x/b', { seconds: 10, materials: {} });
  bar.finish('y/a', { seconds: 40, materials: {} });
  bar.start('x/timed');
  expect(written).toEqual([
    'measuring x/a (1 of 4), about 1 min 40 s left\n',
    'measuring y/a (1 of 4), about 1 min 40 s left\n',
    'measuring x/b (2 of 4), about 1 min 30 s left\n',
    'measuring x/timed (4 of 4), about 20 s left\n',
  ]);
});
