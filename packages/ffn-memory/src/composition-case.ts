/**
 * How a layer's prediction top(o) relates to the residual's, top(r), and the feed-forward block's, top(y) (Geva et al. 2021,
 * section 5.2):
 *
 * - `agreement`: all three are the same token
 * - `residual`: top(o) = top(r) ≠ top(y)
 * - `ffn`: top(o) = top(y) ≠ top(r)
 * - `composition`: top(o) is neither, and the two differ
 * - `fifth`: the two agree and top(o) differs. That is impossible with a linear readout without bias (logits add), and possible
 *   with a readout bias, a final LayerNorm with a shift or an adaptive softmax.
 */
export type CompositionCase = 'residual' | 'agreement' | 'ffn' | 'composition' | 'fifth';

export const compositionCases: readonly CompositionCase[] = ['residual', 'agreement', 'composition', 'ffn', 'fifth'];

/** The case of one input, from the three top tokens. */
export function compositionCase(r: number, y: number, o: number): CompositionCase {
  if (r === y) return o === r ? 'agreement' : 'fifth';
  if (o === r) return 'residual';
  return o === y ? 'ffn' : 'composition';
}
