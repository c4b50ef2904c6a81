import type { Executor, HostTree } from '@interlayer/tensor-compile';
import type { BatchSource, Loss } from '@interlayer/training';
import type * as tf from '@tensorflow/tfjs-core';
import type { EncodedAddress } from './corpus';

export interface AddressLoss {
  id: string;
  /** Predicted tokens. */
  tokens: number;
  /** Nats per predicted token. */
  loss: number;
  /** Share of the predictions whose most probable token is the right one; masked models only. */
  top1?: number;
}

/** What else predicts the same tokens, in nats per token. */
export interface Baselines {
  /** Entropy of the predicted tokens' own frequencies: no context-free prediction does better. */
  unigramEntropy: number;
  /** Share of the most frequent of the predicted tokens; masked models only. */
  mostFrequentShare?: number;
  /** Interpolated absolute-discounting models of the train split, with all that stands before as context; causal models only. */
  unigram?: number;
  bigram?: number;
  trigram?: number;
}

/** What a recipe trains, and how it is judged: all that differs between objectives. */
export interface Task {
  readonly weights: Readonly<Record<string, tf.Variable>>;
  readonly parameters: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tensors of the batches, which only this task knows
  readonly loss: Loss<any>;
  readonly batches: BatchSource<HostTree>;
  /** Loss of the weights as they are on each address; an unfilled last row of an address is left out. */
  heldOut(executor: Executor, addresses: EncodedAddress[]): Promise<AddressLoss[]>;
  baselines(addresses: EncodedAddress[]): Baselines;
  /** Saves the weights in half precision, with config.json. */
  save(folder: string): Promise<void>;
  /** Loss of the weights that lie in a folder. */
  heldOutOf(folder: string, executor: Executor, addresses: EncodedAddress[]): Promise<AddressLoss[]>;
  dispose(): void;
}

/** The mean over tokens of losses per address. */
export const meanLoss = (losses: AddressLoss[]): number => meanOf(losses, ({ loss }) => loss);

/** The mean over tokens of shares of right predictions. */
export const meanTop1 = (losses: AddressLoss[]): number => meanOf(losses, ({ top1 }) => top1 ?? Number.NaN);

const meanOf = (losses: AddressLoss[], value: (one: AddressLoss) => number): number =>
  losses.reduce((sum, one) => sum + one.tokens * value(one), 0) / losses.reduce((sum, { tokens }) => sum + tokens, 0);
