import type { LinearModel, Matmul } from '@interlayer/linalg';
import type { Component } from './components';
import { InFlight } from './in-flight';
import type { Measure } from './measures';
import { PointCheck, type Points, pointsOf } from './points';
import { type IntervalOptions, type Intervals, Scorer } from './scorer';
import type { Scores } from './scores';

/**
 * Scores the maps of many components on batches that they were not fitted to. Memory is 4 · q doubles for each cluster and
 * component of output width q.
 */
export class ComponentScores {
  /** The hook points to capture. */
  readonly points: readonly string[];
  readonly #components: readonly Component[];
  readonly #scorers: readonly Scorer[];
  readonly #check: PointCheck;
  readonly #adding = new InFlight();
  #failed = false;

  /**
   * @param models By component, as `ComponentFits.solve` gives them.
   * @param options `matmul` computes predictions, rounded to float32; float64 loops unless given.
   * @throws when there are no components, two of the same name, or one without a map.
   */
  constructor(
    components: readonly Component[],
    models: Readonly<Record<string, LinearModel>>,
    { matmul }: { matmul?: Matmul } = {},
  ) {
    this.points = pointsOf(components);
    this.#components = components;
    this.#check = new PointCheck(this.points);
    this.#scorers = components.map(({ name }) => {
      if (!Object.hasOwn(models, name)) throw new Error(`There is no map of "${name}"; fit it first.`);
      return new Scorer(models[name], { matmul });
    });
  }

  /**
   * Adds the activations of a batch, the same tokens at every point.
   * @param clusters The cluster of each row, as of `Scorer.add`.
   * @throws when a point is missing, rows or widths do not fit, or a value is not finite. After a failure in one component the
   * scores cannot be used.
   */
  async add(points: Points, clusters?: ArrayLike<unknown>): Promise<void> {
    this.#requireUsable();
    this.#check.rowsOf(points);
    await this.#adding.during(async () => {
      let added = 0;
      try {
        for (const { name, input, output } of this.#components) {
          await named(name, () => this.#scorers[added].add(points[input], points[output], clusters));
          added++;
        }
      } catch (error) {
        this.#failed ||= added > 0;
        throw error;
      }
    });
  }

  /** @throws when no rows were added, or a batch failed or is still being added. */
  scores(): Record<string, Scores> {
    return this.#each((scorer) => scorer.scores());
  }

  /**
   * Intervals of every component, from the same seed.
   * @throws as `Scorer.intervals`.
   */
  intervals(options: IntervalOptions): Record<string, Intervals> {
    return this.#each((scorer) => scorer.intervals(options));
  }

  /**
   * A measure of one component as a function of weights of the clusters.
   * @throws as `Scorer.weighted`, and for a component that is not there.
   */
  weighted(name: string, measure: Measure): (weights: ArrayLike<number>) => number {
    this.#requireUsable();
    const at = this.#components.findIndex((component) => component.name === name);
    if (at < 0) throw new Error(`There is no component "${name}"; blockComponents gives the names.`);
    return this.#scorers[at].weighted(measure);
  }

  #each<T>(of: (scorer: Scorer) => T): Record<string, T> {
    this.#requireUsable();
    this.#adding.requireNone();
    return Object.fromEntries(this.#components.map(({ name }, i) => [name, of(this.#scorers[i])]));
  }

  #requireUsable(): void {
    if (this.#failed) throw new Error('A batch failed halfway, so the sums cannot be used; start anew.');
  }
}

async function named(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`The component "${name}": ${(error as Error).message}`, { cause: error });
  }
}
