import type { Matrix } from '@interlayer/linalg';
import { type ReadoutOptions, readout } from './readout';
import { topTokens } from './top-tokens';

// Former names, until the last of their callers has moved to `readout` and `topTokens`.

export const top = (h: Matrix, embedding: Matrix, options: ReadoutOptions = {}): Promise<Int32Array> =>
  topTokens(h, embedding, options);

export const valueArgmax = (...input: Parameters<typeof top>): Promise<Int32Array> => top(...input);

export async function valueReadout(
  values: Matrix,
  embedding: Matrix,
  { tokens = [], ...options }: ReadoutOptions & { tokens?: readonly ArrayLike<number>[] } = {},
): Promise<{ top: Int32Array; probability: Float64Array; ranks: Int32Array[] }> {
  const { rankOf: ranks, ...rest } = await readout(values, embedding, { ...options, rankOf: tokens });
  return { ...rest, ranks };
}

export async function residualReadout(
  residual: Matrix,
  embedding: Matrix,
  tokens: ArrayLike<number>,
  options: ReadoutOptions = {},
): Promise<{ top: Int32Array; confidence: Float64Array }> {
  const { top, probabilityOf } = await readout(residual, embedding, { ...options, probabilityOf: [tokens] });
  return { top, confidence: probabilityOf[0]! };
}

export const residualConfidence = async (...input: Parameters<typeof residualReadout>): Promise<Float64Array> =>
  (await residualReadout(...input)).confidence;

export function residualHit(residualTop: ArrayLike<number>, finalTop: ArrayLike<number>): boolean[] {
  if (residualTop.length !== finalTop.length) throw new Error('The two lists need one token per row.');
  return Array.from(residualTop, (token, row) => token === finalTop[row]);
}
