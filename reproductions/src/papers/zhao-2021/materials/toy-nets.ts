import { identity, type Order, type Swap, shuffles, swaps } from '@interlayer/layer-permute';
import { seedFrom } from '@interlayer/text-data';
import type { Sample } from '../../../claim/claim';
import { independent } from '../../../claim/statistic';
import { type Bench, type Material, material } from '../../../materials/material';
import { createNet, type NetShape } from '../toy/net';
import { orderNet } from '../toy/order-net';
import { clouds, slice } from '../toy/points';
import { trainNet } from '../toy/train-net';

/** A net with its hidden layers in several orders. */
export interface OrderedNet {
  shape: NetShape;
  seed: number;
  /** Which test points it gets right: [point]; of swaps [swap][point], of shuffles [shuffle][point]. */
  own: readonly boolean[];
  swapped: readonly (readonly boolean[])[];
  shuffled: readonly (readonly boolean[])[];
}

export interface OrderedNets extends Sample {
  nets: readonly OrderedNet[];
}

const POINTS = { train: 8000, test: 2000 };
const TRAINING = { epochs: 15, batch: 64, rate: 1e-3 };
const SHUFFLES = 16;
const NETS = [1, 2, 3];
const DEPTHS = [6, 12];
const VARIANTS = [
  { norm: false, skip: false },
  { norm: true, skip: false },
  { norm: false, skip: true },
  { norm: true, skip: true },
];

/** The swaps of a net's layers: of all but the first, which reads the points. */
export const netSwaps = ({ layers }: NetShape): Swap[] => swaps(layers - 1);

/** Nets of 6 and 12 hidden layers, with and without LayerNorm and skip; before their training for the control. */
export const orderedNets: Material<OrderedNets> = material({
  name: 'toy nets',
  needs: [],
  source:
    'Direction: the paper, whose values could not be read. Margins: a calibration run on the same distribution, with other data and other nets.',
  sample: `${NETS.length} nets of each kind (${DEPTHS.join(' and ')} hidden layers of 96 ReLUs, with and without LayerNorm and skip), trained on ${POINTS.train} points of ten classes and tested on ${POINTS.test} others; every swap of two layers and ${SHUFFLES} random orders in which none stays`,
  budget: { seconds: 300, megabytes: 1500 },
  async make(bench: Bench) {
    const count = { train: POINTS.train, test: POINTS.test };
    if (bench.sample)
      for (const split of ['train', 'test'] as const) count[split] = Math.min(count[split], bench.sample);
    const all = clouds(count.train + count.test, seedFrom(bench.seed, 'clouds'));
    const [train, test] = [slice(all, 0, count.train), slice(all, count.train, count.train + count.test)];
    const epochs = bench.condition === 'trained' ? TRAINING.epochs : 0;
    const { executor } = await bench.runtime();
    const shapes = DEPTHS.flatMap((layers) =>
      VARIANTS.map((variant) => ({ inputs: all.x.columns, width: 96, layers, classes: 10, ...variant })),
    );
    const nets: OrderedNet[] = [];
    for (const shape of shapes)
      for (const number of NETS) {
        const seed = seedFrom(bench.seed, 'toy net', number);
        const net = await trainNet(createNet(shape, seed), train, { ...TRAINING, epochs, seed }, executor);
        const right = await orderNet(net, test, ordersOf(shape, seed), executor);
        const first = 1 + netSwaps(shape).length;
        nets.push({
          shape,
          seed: number,
          own: right[0]!,
          swapped: right.slice(1, first),
          shuffled: right.slice(first),
        });
        bench.progress(nets.length / shapes.length / NETS.length);
      }
    return {
      nets,
      units: independent(
        count.test,
        'bootstrap (BCa) over test points; intervals read together are corrected by Bonferroni',
      ),
      dropped: [],
      deviations: [
        'Ours: points of ten classes that are drawn here, nets of width 96, 15 epochs, no net of convolutions, accuracy right after the layers move. The paper: MNIST and CIFAR-10, widths 278 and 202, 100 epochs, also after 1 and 5 more epochs.',
        'A layer takes its LayerNorm with it; in the authors’ code LayerNorms stay where they are.',
      ],
    };
  },
});

/** The own order, then all swaps, then shuffles. */
function ordersOf({ layers, ...shape }: NetShape, seed: number): Order[] {
  const count = layers - 1;
  return [
    identity(count),
    ...netSwaps({ layers, ...shape }).map(({ order }) => order),
    ...shuffles(count, { exactly: 0, count: SHUFFLES, seed: seedFrom(seed, 'orders of layers') }),
  ];
}
