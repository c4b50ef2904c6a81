import { expect, it } from 'vitest';
import { RowCollector } from '../src/index';

it('copies what it sees, row by row, and is empty once taken', () => {
  const collector = new RowCollector();
  const sink = collector.sink('p');
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  sink.accept(values, [1, 3, 2], undefined, 0, { mask: Uint8Array.of(1, 0, 1) });
  values.fill(9);
  sink.accept(values, [3, 2]);
  expect(sink.result()).toBe(5);
  expect(collector.take()).toEqual({ p: { rows: 5, columns: 2, data: Float32Array.of(1, 2, 5, 6, 9, 9, 9, 9, 9, 9) } });
  expect(collector.take()).toEqual({});
  expect(sink.result()).toBe(0);
  sink.accept(values, [6]);
  expect(() => sink.accept(values, [3, 2])).toThrow('"p" had 6 columns and now has 2');
});
