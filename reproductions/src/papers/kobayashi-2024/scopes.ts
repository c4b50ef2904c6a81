import type { CellOptions, Layer } from '@interlayer/attention-maps';
import type { Sequence } from './materials/sequences';

/** The scopes that are compared, by where LayerNorm stands. */
export const SCOPES = {
  post: { start: 'Atb', before: 'Atb', feedForward: 'AtbFf', skip: 'AtbFfRes', layer: 'AtbFfResLn' },
  pre: { start: 'Atb', before: 'AtbLn', feedForward: 'AtbLnFf', skip: 'AtbLnFfRes', layer: 'AtbLnFfRes' },
} as const;

/** The cells of a map that count: of tokens of the text, and those at or before the target in a causal model. */
export const cellsOf = (norm: Layer['norm'], { counted }: Pick<Sequence, 'counted'>): CellOptions => ({
  cells: norm === 'post' ? 'all' : 'lower',
  tokens: counted,
});
