import { type LinearModel, type Matmul, matrix } from '@interlayer/linalg';
import { beside } from './beside';
import type { Component } from './components';
import { InFlight } from './in-flight';
import { type FitOptions, LinearFit } from './linear-fit';
import { PointCheck, type Points, pointsOf } from './points';

/** The outputs that are fitted to one input: their targets lie side by side, so that XᵀX is computed and factored once. */
interface Group {
  input: string;
  outputs: string[];
  widths: number[];
  fit: LinearFit;
}

/**
 * Affine maps of many components at once, from batches of activations. Memory is p · (p + q) doubles for each input of width
 * p, with q the widths of its distinct outputs together.
 */
export class ComponentFits {
  /** The hook points to capture. */
  readonly points: readonly string[];
  readonly #components: readonly Component[];
  readonly #matmul: Matmul | undefined;
  readonly #check: PointCheck;
  readonly #adding = new InFlight();
  #groups: Group[] | undefined;
  #failed = false;
  #n = 0;

  /**
   * @param options `matmul` multiplies blocks, rounded to float32; float64 loops unless given.
   * @throws when there are no components, or two of the same name.
   */
  constructor(components: readonly Component[], { matmul }: { matmul?: Matmul } = {}) {
    this.points = pointsOf(components);
    this.#components = components;
    this.#matmul = matmul;
    this.#check = new PointCheck(this.points);
  }

  /** Rows so far. */
  get n(): number {
    return this.#n;
  }

  /**
   * Adds the activations of a batch, the same tokens at every point; other points are ignored.
   * @throws when a point is missing, rows or widths do not fit, or a value is not finite; nothing is added then. After any other
   * failure (of `matmul`, for example) the sums cannot be used.
   */
  async add(points: Points): Promise<void> {
    this.#requireUsable();
    const rows = this.#check.rowsOf(points);
    const groups = (this.#groups ??= this.#groupsFor(points));
    await this.#adding.during(async () => {
      let added = 0;
      try {
        for (const { input, outputs, fit } of groups) {
          await fit.add(points[input], beside(outputs.map((output) => points[output])));
          added++;
        }
        this.#n += rows;
      } catch (error) {
        this.#failed ||= added > 0;
        throw error;
      }
    });
  }

  /**
   * The maps for the rows so far, by component.
   * @throws as `LinearFit.solve`, with the input at fault, and when no batch was added or one failed.
   */
  solve(options: FitOptions = {}): Record<string, LinearModel> {
    this.#requireUsable();
    this.#adding.requireNone();
    if (!this.#groups) throw new Error('No batch was added, so there is nothing to fit.');
    const maps = new Map<string, LinearModel>();
    for (const { input, outputs, widths, fit } of this.#groups) {
      const { coefficients, intercept } = solveNamed(input, fit, options);
      let row = 0;
      for (const [i, output] of outputs.entries()) {
        const [from, to] = [row, row + widths[i]];
        const { columns: p, data } = coefficients;
        maps.set(`${input} ${output}`, {
          coefficients: matrix(data.slice(from * p, to * p), p),
          intercept: intercept.slice(from, to),
        });
        row = to;
      }
    }
    return Object.fromEntries(
      this.#components.map(({ name, input, output }) => [name, maps.get(`${input} ${output}`)!]),
    );
  }

  #groupsFor(points: Points): Group[] {
    const inputs = [...new Set(this.#components.map(({ input }) => input))];
    return inputs.map((input) => {
      const outputs = [...new Set(this.#components.filter((each) => each.input === input).map(({ output }) => output))];
      const widths = outputs.map((output) => points[output].columns);
      const width = widths.reduce((sum, each) => sum + each, 0);
      return { input, outputs, widths, fit: new LinearFit(points[input].columns, width, { matmul: this.#matmul }) };
    });
  }

  #requireUsable(): void {
    if (this.#failed) throw new Error('A batch failed halfway, so the sums cannot be used; start anew.');
  }
}

function solveNamed(input: string, fit: LinearFit, options: FitOptions): LinearModel {
  try {
    return fit.solve(options);
  } catch (error) {
    throw new Error(`The maps from "${input}": ${(error as Error).message}`, { cause: error });
  }
}
