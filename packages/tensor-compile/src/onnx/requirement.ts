import type { Value } from './value';

/**
 * Integers that must stay within limits whenever the graph runs. Without such a check, ONNX takes index −1 for the last
 * element, which tfjs refuses.
 */
export interface Requirement {
  /** int32 */
  readonly values: Value;
  /** Each value must be in 0 … limit − 1: one limit for all, or one for each position along the last axis. */
  readonly limits: readonly number[];
  /** The error message for a value outside its limit; `source` says where the value came from. */
  readonly explain: (value: number, limit: number, source: string) => string;
}

/** The first value outside its limit. */
export function violation(
  data: ArrayLike<number>,
  limits: readonly number[],
): { value: number; limit: number } | undefined {
  for (let i = 0; i < data.length; i++) {
    const [value, limit] = [data[i]!, limits[i % limits.length]!];
    if (!(value >= 0 && value < limit)) return { value, limit };
  }
  return undefined;
}

const MOVING = new Set(['Reshape', 'Transpose', 'Expand']);
const SELECTING = new Set([...MOVING, 'Slice', 'Split', 'Gather', 'Cast']);

function* upstream(value: Value, operators: ReadonlySet<string>): Generator<Value> {
  yield value;
  const { source } = value;
  if (source.kind === 'node' && operators.has(source.node.op)) yield* upstream(source.node.inputs[0]!, operators);
}

/** The value with the elements of `value` before they were moved or repeated. */
export const unmoved = (value: Value): Value => [...upstream(value, MOVING)].at(-1)!;

/** Whether a requirement already covers a superset of these values. */
export function isImplied(values: Value, limit: number, requirements: readonly Requirement[]): boolean {
  const supersets = new Set(upstream(values, SELECTING));
  return requirements.some(({ values, limits }) => limits.length === 1 && limits[0]! <= limit && supersets.has(values));
}
