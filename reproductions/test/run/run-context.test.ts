import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it, vi } from 'vitest';
import { followProgress, type ProgressEvent } from '../../src/run/run-context';

it('progress that another process appends is reported line by line, also where a line is half written', async () => {
  const file = join(await temporaryFolder(), 'progress.jsonl');
  const event = (share: number): ProgressEvent => ({ key: 'x/a', material: 'x: triggers “ö”', share });
  const text = [0.25, 0.5].map((share) => `${JSON.stringify(event(share))}\n`).join('');
  vi.useFakeTimers();
  const events: ProgressEvent[] = [];
  const stop = followProgress(file, (each) => events.push(each));
  vi.advanceTimersByTime(600);
  expect(events).toEqual([]);
  const bytes = Buffer.from(text);
  // cut within a character of two bytes
  const cut = bytes.indexOf('ö') + 1;
  appendFileSync(file, bytes.subarray(0, cut));
  vi.advanceTimersByTime(600);
  expect(events).toEqual([]);
  appendFileSync(file, bytes.subarray(cut));
  vi.advanceTimersByTime(600);
  expect(events).toEqual([event(0.25), event(0.5)]);
  stop();
  appendFileSync(file, text);
  vi.advanceTimersByTime(600);
  expect(events).toHaveLength(2);
  vi.useRealTimers();
});
