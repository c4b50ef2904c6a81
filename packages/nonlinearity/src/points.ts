import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Component } from './components';

/** Activations by hook point, one row for each token: [n, width of the point]. `RowCollector.take` gives them. */
export type Points = Readonly<Record<string, Matrix>>;

/**
 * The points that components begin and end at, each once: what must be captured.
 * @throws when there are no components, or two of the same name.
 */
export function pointsOf(components: readonly Component[]): string[] {
  if (components.length === 0) throw new Error('There are no components; give at least one.');
  const names = new Set<string>();
  for (const { name } of components) {
    if (names.has(name)) throw new Error(`Two components are named "${name}"; give each a name of its own.`);
    names.add(name);
  }
  return [...new Set(components.flatMap(({ input, output }) => [input, output]))];
}

/** Checks each batch against the first one. */
export class PointCheck {
  readonly #names: readonly string[];
  #widths: readonly number[] | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /**
   * The number of rows of a batch.
   * @throws when a point is missing, a value is not finite, points differ in their rows, or a width has changed.
   */
  rowsOf(points: Points): number {
    const matrices = this.#names.map((name) => {
      if (!Object.hasOwn(points, name))
        throw new Error(`The batch lacks "${name}"; it has ${Object.keys(points).join(', ') || 'no points'}.`);
      requireFinite(`"${name}"`, points[name]);
      return points[name];
    });
    const widths = matrices.map(({ columns }) => columns);
    for (const [i, name] of this.#names.entries()) {
      if (matrices[i].rows !== matrices[0].rows)
        throw new Error(
          `"${this.#names[0]}" has ${matrices[0].rows} rows and "${name}" has ${matrices[i].rows}; a batch needs the same tokens at every point.`,
        );
      if (this.#widths && widths[i] !== this.#widths[i])
        throw new Error(`"${name}" has ${widths[i]} columns; in the first batch it had ${this.#widths[i]}.`);
    }
    this.#widths ??= widths;
    return matrices[0].rows;
  }
}
