/** Counts batches that are being added, so that no result is taken while some of them are missing. */
export class InFlight {
  #count = 0;

  /** Resolves to what `work` gives, and counts it until then. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await work();
    } finally {
      this.#count--;
    }
  }

  /** @throws while something is in flight. */
  requireNone(): void {
    if (this.#count > 0) throw new Error('A batch is still being added; await every add().');
  }
}
