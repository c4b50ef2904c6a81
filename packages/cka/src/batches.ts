import type { Matmul, Matrix } from '@interlayer/linalg';
import type { Heatmap } from './heatmap';
import { Layers, type Points } from './layers';

/** What the two ways to take CKA from batches share. */
export abstract class Batches {
  protected readonly matmul: Matmul | undefined;
  #layers: Layers | undefined;
  #n = 0;
  #adding = false;

  /** @param options `matmul` multiplies blocks, rounded to float32; float64 loops unless given. */
  constructor({ matmul }: { matmul?: Matmul } = {}) {
    this.matmul = matmul;
  }

  /** Rows so far. */
  get n(): number {
    return this.#n;
  }

  /**
   * Adds the activations of a batch: the same items, in the same order, at every point of one model or of two. The first batch
   * fixes points and widths. A batch without rows adds nothing.
   * @throws when the points or widths differ from the first batch, rows differ in number, or a value is not finite; nothing
   * is added then. After any other failure (of `matmul`, for example) the sums cannot be used.
   */
  async add(a: Points, b?: Points): Promise<void> {
    this.#requireComplete();
    const layers = this.#layers ?? new Layers(a, b);
    const matrices = layers.matricesOf(a, b);
    if (matrices[0].rows === 0) return;
    this.check(matrices[0].rows);
    this.#layers = layers;
    this.#adding = true;
    await this.addMatrices(layers, matrices);
    this.#n += matrices[0].rows;
    this.#adding = false;
  }

  /** CKA of every pair of points so far. */
  protected layers(): Layers {
    this.#requireComplete();
    if (!this.#layers) throw new Error('No rows were added, so there is nothing to compare.');
    return this.#layers;
  }

  #requireComplete(): void {
    if (this.#adding)
      throw new Error('A batch is not complete: await every add(), and start anew if one failed halfway.');
  }

  /** Throws when a batch of so many rows cannot be used. */
  protected check(_rows: number): void {}
  protected abstract addMatrices(layers: Layers, matrices: readonly Matrix[]): Promise<void>;
  abstract heatmap(): Heatmap;
}
