import type { Order } from '@interlayer/layer-permute';
import { normalCdf } from '@interlayer/stats';
import type { Ordered } from '../../src/papers/zhao-2021/materials/orders';
import { LAYERS } from '../planted';
import { latents, type Random } from '../random';

/** Masked tokens of each stretch. */
const TOKENS = 9;
/** Nats: of the models in any order, and its standard deviation over stretches. */
const LOSS = { own: 3, spread: 0.5 };

/**
 * Scores of stretches in addresses, as two seeds of a model would give them if they got these percentages of tokens right
 * and their loss lay so far `below` that of a unigram model.
 */
export function plantedOrders(
  clusters: readonly number[],
  orders: readonly Order[],
  /** [model][order] */
  percents: readonly (readonly number[])[],
  random: Random,
  below = 2,
): Ordered {
  const n = clusters.length;
  return {
    orders,
    names: ['base', 'seed-2'],
    models: percents.map((ofOrders) => {
      const loss = Float64Array.from({ length: n }, () => LOSS.own + LOSS.spread * random.normal());
      const scores = ofOrders.map(() => ({ accuracy: new Float64Array(n), loss }));
      for (let token = 0; token < TOKENS; token++)
        for (const [order, z] of latents(clusters, orders.length, random).entries())
          for (const [row, value] of z.entries())
            if (100 * normalCdf(value) < ofOrders[order]!) scores[order]!.accuracy[row]! += 100 / TOKENS;
      return scores;
    }),
    unigram: new Float64Array(n).fill(LOSS.own + below),
    layers: LAYERS,
    units: { clusters, method: 'planted addresses' },
    dropped: [],
    deviations: [],
  };
}
