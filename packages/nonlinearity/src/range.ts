import { type Matrix, requireFinite } from '@interlayer/linalg';

/** Sums over rows of the squares of larger values leave the range of float64. */
const LARGEST = 1e140;

/** @throws when a value is not finite, or too large to be squared and summed, naming its place. */
export function requireInRange(name: string, a: Matrix): void {
  requireFinite(name, a);
  const { columns, data } = a;
  const at = data.findIndex((value) => Math.abs(value) > LARGEST);
  if (at >= 0)
    throw new Error(
      `${name} has ${data[at]} in row ${Math.floor(at / columns)}, column ${at % columns} (from 0); values up to ${LARGEST} can be squared and summed. Divide ${name} by its scale.`,
    );
}
