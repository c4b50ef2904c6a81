import { type Matrix, requireFinite } from '@interlayer/linalg';
import type { Precision } from './centre';
import type { Estimate } from './estimator';
import type { Heatmap } from './heatmap';
import type { Pair } from './pairs';
import { quotient, whyDegenerate } from './ratio';

/** Activations by point, one row for each item: [n, width of the point]. */
export type Points = Readonly<Record<string, Matrix>>;

/** The points of two models, or of one, of which every pair is compared. */
export class Layers {
  /** Points of the first model, then of the second. */
  readonly names: readonly string[];
  /** Every point of the first model with every point of the second (or with those not before it), then each with itself. */
  readonly pairs: readonly Pair[];
  readonly #first: readonly string[];
  readonly #second: readonly string[] | undefined;
  readonly #widths: readonly number[];

  /** @throws when a model has no points. */
  constructor(a: Points, b?: Points) {
    this.#first = Object.keys(a);
    this.#second = b && Object.keys(b);
    if (this.#first.length === 0 || this.#second?.length === 0)
      throw new Error('A batch has no points; give the activations of at least one point of each model.');
    this.names = this.#second
      ? [
          ...this.#first.map((point) => `"${point}" of the first model`),
          ...this.#second.map((point) => `"${point}" of the second model`),
        ]
      : this.#first.map((point) => `"${point}"`);
    this.#widths = [...Object.values(a), ...Object.values(b ?? {})].map(({ columns }) => columns);
    const places = [...this.names.keys()];
    const columns = this.#second ? places.slice(this.#first.length) : places;
    const crosses = this.#first.flatMap((_, k) => columns.filter((l) => l > k).map((l): Pair => [k, l]));
    this.pairs = [...crosses, ...places.map((k): Pair => [k, k])];
  }

  /** Columns of the widest point. */
  get widest(): number {
    return Math.max(...this.#widths);
  }

  /**
   * The matrices of a batch, in the order of the names.
   * @throws when the points or their widths are not those of the first batch, their rows differ in number, or a value is not
   * finite.
   */
  matricesOf(a: Points, b?: Points): Matrix[] {
    const matrices = [...this.#inOrder(this.#first, a), ...this.#inOrder(this.#second, b)];
    for (const [k, X] of matrices.entries()) {
      requireFinite(this.names[k], X);
      if (X.columns !== this.#widths[k])
        throw new Error(`${this.names[k]} has ${X.columns} columns; in the first batch it had ${this.#widths[k]}.`);
      if (X.rows !== matrices[0].rows)
        throw new Error(
          `${this.names[0]} has ${matrices[0].rows} rows and ${this.names[k]} has ${X.rows}; a batch needs the same items at every point.`,
        );
    }
    return matrices;
  }

  #inOrder(names: readonly string[] | undefined, points: Points | undefined): Matrix[] {
    const given = points && Object.keys(points);
    if (given?.length !== names?.length || names?.some((name) => !Object.hasOwn(points!, name)))
      throw new Error(
        `The points of this batch are ${given?.join(', ') ?? 'none'}; those of the first batch were ${names?.join(', ') ?? 'none'}.`,
      );
    return names?.map((name) => points![name]) ?? [];
  }

  /** CKA of every pair, from the HSIC of each entry of {@link pairs}. */
  heatmap(
    estimates: readonly Estimate[],
    precision: Precision,
  ): Pick<Heatmap, 'rows' | 'columns' | 'values' | 'degenerate'> {
    const at = new Map(this.pairs.map(([k, l], place) => [`${k} ${l}`, estimates[place]]));
    const of = (k: number, l: number) => at.get(`${Math.min(k, l)} ${Math.max(k, l)}`)!;
    const reasons = this.names.map((name, k) => whyDegenerate(name, of(k, k), precision));
    const columns = this.#second ?? this.#first;
    const start = this.#second ? this.#first.length : 0;
    const values = this.#first.map((_, k) =>
      columns.map((__, j) => {
        const l = start + j;
        return reasons[k] || reasons[l] ? null : quotient(of(k, l).value, of(k, k).value, of(l, l).value);
      }),
    );
    const degenerate = reasons.filter((reason) => reason !== undefined);
    return { rows: [...this.#first], columns: [...columns], values, ...(degenerate.length > 0 && { degenerate }) };
  }
}
