const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

/** A selection matched no point, a run holds no value at a point, or a computation fired a point it does not declare. */
export class UnknownPointError extends Error {
  override readonly name = 'UnknownPointError';
  /** The points with the most similar names, nearest first. */
  readonly nearest: readonly string[];

  constructor(problem: string, nearest: readonly string[], advice = 'listPoints(target) gives all of them.') {
    super(
      `${problem} ${nearest.length > 0 ? `Nearest points: ${quoted(nearest)}.` : 'There are no points.'} ${advice}`,
    );
    this.nearest = nearest;
  }
}

/** A selected point never fired, so it is missing from a capture, or an edit had no effect. */
export class SilentPointError extends Error {
  override readonly name = 'SilentPointError';
  readonly points: readonly string[];

  constructor(points: readonly string[], what: string) {
    super(
      `${what}: ${quoted(points)} never fired in this run. Select points that this input reaches; ` +
        'describe(target, input) shows how often each one fires.',
    );
    this.points = points;
  }
}
