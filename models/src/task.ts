import type { CausalCard, CausalScore, MaskedCard, MaskedScore } from '@interlayer/model-card';
import { weightedMean } from '@interlayer/stats';
import type { Executor, HostTensor } from '@interlayer/tensor-compile';
import type { BatchSource, Loss } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';

/** Causal models have no `top1`. */
export type Score = CausalScore & Partial<MaskedScore>;

/** The score of one address and the number of tokens predicted in it. */
export type AddressScore = Score & { id: string; tokens: number };

/** What simpler models achieve on the same tokens; each objective has its own. */
export type Baselines = Pick<CausalCard['baselines'], 'unigramEntropy'> &
  Partial<CausalCard['baselines'] & MaskedCard['baselines']>;

/** What a recipe trains and how it is scored: everything that differs between objectives. */
export interface Task<Model extends { dispose(): void } = { dispose(): void }> {
  readonly model: Model;
  readonly weights: Readonly<Record<string, tf.Variable>>;
  readonly parameters: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tensors of the batches, which only this task knows
  readonly loss: Loss<any>;
  readonly batches: BatchSource<Record<string, HostTensor>>;
  /** The untrained model, again. */
  create(): Model;
  load(folder: string): Promise<Model>;
  /** Saves the trained weights in half precision, with config.json. */
  save(folder: string): Promise<void>;
  /** A model's score on each address; an incomplete last row of an address is dropped. */
  heldOut(executor: Executor, model: Model, addresses: EncodedAddress[]): Promise<AddressScore[]>;
  baselines(addresses: EncodedAddress[]): Baselines;
  dispose(): void;
}

/** The mean score over all predicted tokens. */
export function meanScore(scores: readonly AddressScore[]): Score {
  const tokens = scores.map((score) => score.tokens);
  const loss = weightedMean(scores.map((score) => score.loss))(tokens);
  const accuracies = scores.flatMap(({ top1 }) => top1 ?? []);
  return accuracies.length === 0 ? { loss } : { loss, top1: weightedMean(accuracies)(tokens) };
}
