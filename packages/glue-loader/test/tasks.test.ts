import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Task, type TaskName, tasks } from '../src/index';

/** The table of the README, cell by cell. */
const table = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name);
const counts = (cells: string[]) =>
  cells.flatMap((cell) => cell.match(/[\d,]+/g) ?? []).map((n) => Number(n.replace(',', '')));

it('are those of the table in the README', () => {
  expect(table.map(([task]) => names(task!)[0])).toEqual(Object.keys(tasks));
  for (const [task, texts, labels, ...rest] of table) {
    const shape: Task = tasks[names(task!)[0] as TaskName];
    expect(names(texts!)).toEqual(Object.keys(shape.texts));
    expect(names(labels!)).toEqual('names' in shape.label ? shape.label.names : []);
    expect(counts(rest.slice(0, -1))).toEqual(Object.values(shape.rows));
    expect(names(rest.at(-1)!)).toEqual(shape.metrics);
  }
});
