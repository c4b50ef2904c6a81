import { fixedPoints, identity, type Order, swaps } from '@interlayer/layer-permute';
import { mean } from '@interlayer/stats';
import a8 from '../../src/papers/zhao-2021/claims/a8-neighbours-swap';
import a9 from '../../src/papers/zhao-2021/claims/a9-distance-of-swaps';
import a10 from '../../src/papers/zhao-2021/claims/a10-shuffles';
import { everyShuffle, staying } from '../../src/papers/zhao-2021/materials/orders';
import { counted, LAYERS, type Planted, type PlantedClaim } from '../planted';
import type { Random } from '../random';
import { plantedOrders } from './orders';

/** Without training a model gets next to nothing right, in any order, and knows no more than a unigram model. */
const untrained = (clusters: readonly number[], orders: readonly Order[], random: Random) => {
  const percents = orders.map(() => 1);
  return plantedOrders(clusters.slice(0, 56), orders, { percents: [percents, percents], below: 0 }, random);
};

/** Percent of masked tokens that two seeds get right in their own order. */
const OWN = 65;

/** Points that swaps of neighbours cost two seeds, from the first pair to the last, and how far they are below a unigram model. */
const neighbours = (below: number, ...models: readonly (readonly number[])[]): Planted => {
  const pairs = swaps(LAYERS);
  const orders = [identity(LAYERS), ...pairs.map(({ order }) => order)];
  const after = (lost: readonly number[]) => pairs.map(({ i, distance }) => (distance === 1 ? OWN - lost[i]! : 20));
  return {
    material: (condition, random, { clusters }) =>
      condition === 'trained'
        ? plantedOrders(clusters, orders, { percents: models.map((lost) => [OWN, ...after(lost)]), below }, random)
        : untrained(clusters, orders, random),
    truth: () => ({
      headline: mean(models[0]!),
      parts: {
        predicts: models.map(() => below),
        'upper-half': models.flatMap((lost) => lost.slice(LAYERS / 2)),
        'best-pair': models.map((lost) => Math.min(...lost)),
        'all-pairs': models.map(mean),
      },
    }),
  };
};

/** Nats of loss from the first of some values to the last, in equal steps. */
const rising = (nats: number, count: number) => Array.from({ length: count }, (_, i) => (nats * i) / (count - 1));

/** Percent of masked tokens after swaps, by distance, of two seeds, and by how much the loss rises from the first distance to the last. */
const distances = (rises: readonly number[], ...models: readonly (readonly number[])[]): Planted => {
  const pairs = swaps(LAYERS);
  const orders = [identity(LAYERS), ...pairs.map(({ order }) => order)];
  const truth = {
    percents: models.map((by) => [OWN, ...pairs.map(({ distance }) => by[distance - 1]!)]),
    risen: models.map((by, model) => [
      0,
      ...pairs.map(({ distance }) => rising(rises[model]!, by.length)[distance - 1]!),
    ]),
  };
  return {
    material: (condition, random, { clusters }) =>
      condition === 'trained' ? plantedOrders(clusters, orders, truth, random) : untrained(clusters, orders, random),
    truth: () => ({
      headline: models[0]![0]!,
      parts: {
        'neighbours-first': models.map(([first, second]) => first! - second!),
        'ends-last': models.map((by) => by[1]! - by.at(-1)!),
        'ends-lose': rises,
        'every-step': models[0]!.slice(1).flatMap((_, i) => models.map((by) => by[i]! - by[i + 1]!)),
      },
    }),
  };
};

/** Percent of masked tokens after shuffles, by the layers that stay, of two seeds, and by how much the loss rises from most to none. */
const shuffles = (rises: readonly number[], ...models: readonly (readonly number[])[]): Planted => {
  const moved = everyShuffle(LAYERS, 1, 4);
  const orders = [identity(LAYERS), ...moved];
  const places = moved.map((order) => staying(LAYERS).indexOf(fixedPoints(order)));
  const truth = {
    percents: models.map((by) => [OWN, ...places.map((place) => by[place]!)]),
    risen: models.map((by, model) => [0, ...places.map((place) => rising(rises[model]!, by.length)[place]!)]),
  };
  return {
    material: (condition, random, { clusters }) =>
      condition === 'trained' ? plantedOrders(clusters, orders, truth, random) : untrained(clusters, orders, random),
    truth: () => ({
      headline: models[0]!.at(-1)!,
      parts: {
        falls: models[0]!.slice(1).flatMap((_, i) => models.map((by) => by[i]! - by[i + 1]!)),
        'all-moved': models.map((by) => by[0]! - by.at(-1)!),
        'all-moved-loss': rises,
      },
    }),
  };
};

/** Every so many of the prefixes: as many stretches as the claims read, which are 128. */
const READ = 24;

/** Claims about layers that change places: means over orders, the least of some, and differences between them. */
export const plantedOrderClaims: readonly PlantedClaim[] = [
  {
    claim: a8,
    sample: counted('stretches'),
    every: READ,
    planted: {
      edge: neighbours(0.5, [8, 8, 3, 6, 5], [1, 1, 1, 1, 1]),
      smallest: neighbours(1, [2, 5, 5, 4, 4], [2, 5, 5, 4, 4]),
      clear: neighbours(2, [-4, -4, -8, -4, -4], [-4, -8, -4, -4, -4]),
      contrary: neighbours(2, [-4, -4, -8, 25, -4], [-4, -8, -4, -4, -4]),
    },
  },
  {
    claim: a9,
    sample: counted('stretches'),
    every: READ,
    planted: {
      edge: distances([0.2, 1], [40, 39, 30, 20, 10], [40, 30, 29.5, 29.25, 29]),
      smallest: distances([0.4, 0.4], [40, 38, 37, 36, 35], [40, 38, 37, 36, 35]),
      clear: distances([1, 1], [62, 48, 36, 24, 8], [60, 46, 34, 22, 6]),
      contrary: distances([1, 1], [62, 48, 36, 50, 8], [60, 46, 34, 22, 6]),
    },
  },
  {
    claim: a10,
    sample: counted('stretches'),
    every: READ,
    planted: {
      edge: shuffles([0.2, 1], [40, 42, 41, 40, 37], [50, 40, 30, 20, 10]),
      smallest: shuffles([0.4, 0.4], [40, 39, 38, 37, 34], [40, 39, 38, 37, 34]),
      clear: shuffles([1, 1], [60, 48, 36, 24, 10], [58, 46, 34, 22, 8]),
      contrary: shuffles([1, 1], [60, 48, 36, 50, 10], [58, 46, 34, 22, 8]),
    },
  },
];
