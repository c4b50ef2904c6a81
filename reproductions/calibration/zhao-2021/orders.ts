import type { Order } from '@interlayer/layer-permute';
import { normalCdf } from '@interlayer/stats';
import type { Ordered } from '../../src/papers/zhao-2021/materials/orders';
import { LAYERS } from '../planted';
import { latents, type Random } from '../random';

/** Masked tokens of each stretch. */
const TOKENS = 9;
/** Nats: of the models in their own order, its standard deviation over stretches, and that of what another order adds. */
const LOSS = { own: 3, spread: 0.5, added: 0.3 };

/** What is true of models with their layers in some orders. */
export interface OrdersTruth {
  /** Percent of tokens that are right: [model][order]. */
  percents: readonly (readonly number[])[];
  /** By how many nats the loss is higher than in the models' own order, nowhere unless given: [model][order]. */
  risen?: readonly (readonly number[])[];
  /** How far the loss in their own order lies below that of a unigram model. */
  below?: number;
}

/** Scores of stretches in addresses, as two seeds of a model would give them if this were true of them. */
export function plantedOrders(
  clusters: readonly number[],
  orders: readonly Order[],
  { percents, risen, below = 2 }: OrdersTruth,
  random: Random,
): Ordered {
  const n = clusters.length;
  return {
    orders,
    names: ['base', 'seed-2'],
    models: percents.map((ofOrders, model) => {
      const loss = Float64Array.from({ length: n }, () => LOSS.own + LOSS.spread * random.normal());
      const scores = ofOrders.map((_, order) => {
        const more = risen?.[model]?.[order] ?? 0;
        return {
          accuracy: new Float64Array(n),
          loss: order === 0 ? loss : loss.map((value) => value + more + LOSS.added * random.normal()),
        };
      });
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
