import type { MaskedRecipe } from '../recipe';
import { miniBert } from './mini-bert';

const layers = miniBert.model.num_hidden_layers;
/** True for the named layers, counted from 1. */
const only = (...named: number[]) => Array.from({ length: layers }, (_, layer) => named.includes(layer + 1));
const allBut = (...named: number[]) => only(...named).map((present) => !present);

function variant(
  name: string,
  what: string,
  changes: Partial<MaskedRecipe['model']>,
  seed = miniBert.seed,
): MaskedRecipe {
  const model = { ...miniBert.model, ...changes };
  return { ...miniBert, name: `mini-bert-${name}`, description: `mini-bert ${what}`, model, seed, snapshots: [] };
}

/** Steps in which an architecture that does not leave the plateau by itself is approached from one that does. */
const FADE = 3000;

const withoutSkips = (...named: number[]) => ({
  skips: { attention: allBut(...named), feed_forward: allBut(...named) },
});
const half = { feed_forward: only(2, 4, 6) };

/** Variants of mini-bert that differ from it in one thing each: same text, steps, order of rows, masks and, unless named, seed. */
export const miniBertVariants: readonly MaskedRecipe[] = [
  variant('seed-2', 'from another seed', {}, 2),
  variant('half-ffn', 'with a feed-forward block after every second attention block only', half),
  variant(
    'half-ffn-seed-2',
    'with a feed-forward block after every second attention block only, from another seed',
    half,
    2,
  ),
  variant('third-ffn', 'with a feed-forward block after every third attention block only', {
    feed_forward: only(3, 6),
  }),
  variant('no-ffn', 'without feed-forward blocks', { feed_forward: only() }),
  {
    ...variant('attention-only', 'without feed-forward blocks and three times the attention blocks, of equal size', {
      num_hidden_layers: 3 * layers,
      feed_forward: Array.from({ length: 3 * layers }, () => false),
    }),
    fade: { steps: FADE, blocks: Array.from({ length: 2 * layers }, (_, i) => layers + i) },
  },
  variant('relu', 'with ReLU in place of GELU', { hidden_act: 'relu' }),
  { ...variant('no-skip', 'without both skips of layer 3', withoutSkips(3)), fade: { steps: FADE, skips: [2] } },
  // Trained only to see whether it trains at all: no claim uses its weights.
  { ...variant('no-skip-1-3-5', 'without both skips of layers 1, 3 and 5', withoutSkips(1, 3, 5)), ships: 'card' },
];
