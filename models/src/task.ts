import type { Executor, HostTensor } from '@interlayer/tensor-compile';
import type { BatchSource, Loss } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';

export interface AddressLoss {
  id: string;
  /** Predicted tokens. */
  tokens: number;
  /** Nats per predicted token. */
  loss: number;
  /** Accuracy: share of predictions whose most probable token is the right one; masked models only. */
  top1?: number;
}

/** Losses of simple models on the same tokens, in nats per token. */
export interface Baselines {
  /** Entropy of the predicted tokens' own frequencies: no context-free prediction does better. */
  unigramEntropy: number;
  /** Share of the most frequent predicted token; masked models only. */
  mostFrequentShare?: number;
  /** Interpolated n-gram models of the train split with absolute discounting; causal models only. */
  unigram?: number;
  bigram?: number;
  trigram?: number;
}

/** What a recipe trains and how it is evaluated: everything that differs between objectives. */
export interface Task {
  readonly weights: Readonly<Record<string, tf.Variable>>;
  readonly parameters: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tensors of the batches, which only this task knows
  readonly loss: Loss<any>;
  readonly batches: BatchSource<Record<string, HostTensor>>;
  /** Loss of the current weights on each address; an address's incomplete last row is dropped. */
  heldOut(executor: Executor, addresses: EncodedAddress[]): Promise<AddressLoss[]>;
  baselines(addresses: EncodedAddress[]): Baselines;
  /** Saves the weights in half precision, with config.json. */
  save(folder: string): Promise<void>;
  /** Loss of the weights in a folder. */
  heldOutOf(folder: string, executor: Executor, addresses: EncodedAddress[]): Promise<AddressLoss[]>;
  dispose(): void;
}

/** The mean over tokens of losses per address. */
export const meanLoss = (losses: AddressLoss[]): number => meanOf(losses, ({ loss }) => loss);

/** The mean accuracy over tokens. */
export const meanTop1 = (losses: AddressLoss[]): number => meanOf(losses, ({ top1 }) => top1 ?? Number.NaN);

const meanOf = (losses: AddressLoss[], value: (one: AddressLoss) => number): number =>
  losses.reduce((sum, one) => sum + one.tokens * value(one), 0) / losses.reduce((sum, { tokens }) => sum + tokens, 0);
