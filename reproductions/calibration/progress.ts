/** A line of progress at most this often. */
const EVERY_MS = 15_000;

/** Says how far jobs are that come one after the other, and how long the rest will take by how long they took so far. */
export class Progress {
  readonly #expected: readonly number[];
  readonly #began = performance.now();
  #finished = 0;
  #reported = Number.NEGATIVE_INFINITY;

  /** @param expected what each job costs, in proportion */
  constructor(expected: readonly number[]) {
    this.#expected = expected;
  }

  /** @param share of the running job that is done */
  report(doing: string, share: number): void {
    if (performance.now() - this.#reported < EVERY_MS) return;
    this.#reported = performance.now();
    this.#say(doing, share);
  }

  /** The running job is done. */
  finish(what: string): void {
    this.#finished++;
    this.#say(what, 0);
  }

  #say(what: string, share: number): void {
    const sum = (costs: readonly number[]) => costs.reduce((total, cost) => total + cost, 0);
    const done = sum(this.#expected.slice(0, this.#finished)) + share * (this.#expected[this.#finished] ?? 0);
    const spent = performance.now() - this.#began;
    const left = done > 0 ? (spent * (sum(this.#expected) - done)) / done : Number.NaN;
    process.stderr.write(
      `${what} (${this.#finished} of ${this.#expected.length} claims), about ${Math.ceil(left / 60_000)} min left\n`,
    );
  }
}
