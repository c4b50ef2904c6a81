import { type LinearModel, zeros } from '@interlayer/linalg';
import { randomIndex, seedFrom, shuffled, sum } from '@interlayer/stats';
import { chooseLambda } from './choose-lambda';
import { groupedRows } from './grouped-rows';
import { labelBits } from './label-bits';
import { classCounts } from './labels';
import type { ProbeTask } from './probe-task';
import { scoresOf } from './scores';
import { requireSeed } from './seed';
import type { Split } from './split';
import { takeRows, takeValues } from './take-rows';

/** Rows of the train part, in the order of transmission, that were encoded together. */
export interface CodeBlock {
  /** Rows sent before. */
  from: number;
  to: number;
  bits: number;
  /** Penalty of the probe that encoded them; absent where there was none, as no row or only one class had been sent. */
  lambda?: number;
}

/** The online code of the train labels (Voita & Titov 2020). */
export interface OnlineCode {
  /** Minimum description length of the labels given the features, in bits. */
  bits: number;
  /** Rows · log₂ classes: what the labels take without the features. */
  uniformBits: number;
  /** uniformBits / bits */
  compression: number;
  blocks: CodeBlock[];
}

/** Voita and Titov's: the share of the rows sent when each block ends. */
export const defaultFractions: readonly number[] = [
  0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.0625, 0.125, 0.25, 0.5, 1,
];

export interface OnlineCodeOptions {
  seed: number;
  /** Ascending, in (0, 1], with 1 at the end. */
  fractions?: readonly number[];
}

/**
 * Sends the labels of the train rows block by block, each encoded by a probe that was fitted on the blocks before, with the λ
 * that encodes dev labels in the fewest bits; the first block takes log₂ classes bits a label. Groups come in random order, which
 * depends on the seed. Class weights, which would distort the probabilities, are left out. Classes that no block before had are encoded as {@link labelBits} says.
 * @throws when the probe has no probabilities, or the fractions do not ascend to 1.
 */
export function onlineCode(
  task: ProbeTask,
  { train, dev }: Pick<Split, 'train' | 'dev'>,
  groups: ArrayLike<unknown>,
  { seed, fractions = defaultFractions }: OnlineCodeOptions,
): OnlineCode {
  if (task.kind !== 'logistic')
    throw new Error(`A codelength needs probabilities, which a ${task.kind} probe does not have; take a logistic one.`);
  requireSeed(seed);
  const draw = randomIndex(seedFrom(seed, 'online code'));
  const order = Int32Array.from(shuffled(groupedRows(groups, train.rows), draw).flat());
  const perLabel = Math.log2(task.classes.length);
  const blocks: CodeBlock[] = [];
  const unweighted = { ...task, classWeights: undefined };
  let from = 0;
  for (const to of blockEnds(order.length, fractions)) {
    if (from === 0) blocks.push({ from, to, bits: to * perLabel });
    else {
      const { model, counts, lambda } = probeOf(unweighted, order.slice(0, from), dev);
      const rows = order.slice(from, to);
      const bits = sum(labelBits(scoresOf(model, takeRows(task.X, rows)), takeValues(task.ids, rows), counts));
      blocks.push({ from, to, bits, lambda });
    }
    from = to;
  }
  const [bits, uniformBits] = [sum(blocks.map((block) => block.bits)), order.length * perLabel];
  return { bits, uniformBits, compression: uniformBits / bits, blocks };
}

/** What encodes a block. */
interface Encoder {
  model: LinearModel;
  /** Rows of each class that were sent before. */
  counts: Int32Array;
  lambda?: number;
}

/** @throws when the fractions do not ascend to 1. */
function blockEnds(rows: number, fractions: readonly number[]): number[] {
  for (const [i, fraction] of fractions.entries())
    if (!(fraction > (fractions[i - 1] ?? 0) && fraction <= 1))
      throw new Error(`The fractions of the online code are ${fractions.join(', ')}; they must ascend within (0, 1].`);
  if (fractions.at(-1) !== 1)
    throw new Error(`The last fraction of the online code is ${fractions.at(-1)}; it must be 1.`);
  return [...new Set(fractions.map((fraction) => Math.ceil(fraction * rows)))];
}

/** The probe of the rows sent so far; as long as they are of one class, that class is certain. */
function probeOf(task: ProbeTask, rows: Int32Array, dev: Split['dev']): Encoder {
  const counts = classCounts(task.ids, task.classes.length, rows);
  if (counts.filter((count) => count > 0).length > 1) {
    const { model } = chooseLambda(task, { name: 'train', rows }, dev, { by: 'bits' });
    return { model, counts, lambda: model.lambda };
  }
  const intercept = Float64Array.from(counts, (count) => (count > 0 ? 0 : Number.NEGATIVE_INFINITY));
  return { model: { coefficients: zeros(task.classes.length, task.X.columns), intercept }, counts };
}
