import type * as tf from '@tensorflow/tfjs-core';
import type { HostOf, HostTree } from './host-tensor';
import type { TensorTree } from './tree';

/** Variables to read in place of others: `substitutes.get(variable)` in place of `variable`. */
export type Substitutes = ReadonlyMap<tf.Variable, tf.Variable>;

/** A compiled function: an asynchronous function of host tensors. */
export interface Compiled<I = HostTree, O = HostTree> {
  /**
   * @param substitutes for variables in `state` that the function does not assign, with the same shape and type, for this
   *   call only. One graph then serves many choices of weights: layers in any order, one head in place of another.
   * @throws if an input or a substitute does not fit, or an index is out of range.
   */
  (inputs: I, substitutes?: Substitutes): Promise<O>;
  readonly name: string;
  /** Releases the graphs. Resident variables stay with the executor. A call after this rejects. */
  dispose(): Promise<void>;
}

/** The numbers that a step reports: the loss before the update, and what the optimiser returned. */
export type StepReport = { loss: number } & Record<string, number>;

/** A compiled training step. `S` are the names of the optimiser's numbers. */
export interface CompiledStep<I = HostTree, S extends string = string> {
  (inputs: I, scalars?: Readonly<Record<S, number>>): Promise<StepReport>;
  readonly name: string;
  /** Releases the graphs. Resident variables stay with the executor. A call after this rejects. */
  dispose(): Promise<void>;
}

/** A compiled training step over a batch in parts. */
export interface ParallelStep<I = HostTree, S extends string = string> {
  /**
   * @param parts of the batch (some of its rows, for example), with the same structure and shapes
   * @param weights of the parts' losses, such as their numbers of predicted tokens; they are divided by their sum. Default:
   *   equal. If the loss is a mean and the weights are the counts it is taken over, the step is that of the entire batch, up
   *   to rounding.
   * @throws if the parts differ in structure or shapes, or the weights do not match them.
   */
  (parts: readonly I[], scalars?: Readonly<Record<S, number>>, weights?: readonly number[]): Promise<StepReport>;
  readonly name: string;
  /** As for {@link CompiledStep}. */
  dispose(): Promise<void>;
}

/** An optimiser as one function of gradients, so that its arithmetic becomes part of the graph. */
export interface StepOptimizer<S extends string = string> {
  /** State besides the weights, such as moments; made eagerly, so that a checkpoint can hold it. */
  readonly slots: readonly tf.Variable[];
  /** The names of the numbers that every call of the step must give. */
  readonly scalarNames: readonly S[];
  /**
   * Assigns new values to `variables` and `slots`. Runs while the step is traced, in a tidy.
   *
   * @param scalars the numbers of the step (rate, bias corrections) as rank-0 tensors
   * @returns scalars for the step to report, if any
   */
  apply(
    gradients: tf.Tensor[],
    variables: tf.Variable[],
    scalars: Readonly<Record<S, tf.Scalar>>,
    // biome-ignore lint/suspicious/noConfusingVoidType: an optimiser with nothing to report returns nothing.
  ): Record<string, tf.Scalar> | void;
  /**
   * The same update on arrays in the host's memory. An engine whose variables live there uses it in place of `apply`, which
   * costs a graph several passes over every variable.
   *
   * @param variables as for `apply`
   * @param parts of a batch whose gradients are added
   * @returns undefined if there is no such update for these variables; then `apply` is traced
   */
  onHost?(variables: readonly tf.Variable[], parts: number): HostUpdate<S> | undefined;
}

/** An update over arrays of the host, in place. The arrays stay where they are; nobody else may write to them. */
export interface HostUpdate<S extends string = string> {
  /** For the values of each variable. */
  readonly variables: readonly Float32Array[];
  /** For the values of each of the optimiser's slots, in the order of {@link StepOptimizer.slots}. */
  readonly slots: readonly Float32Array[];
  /** For each part of a batch and each variable, its gradient. */
  readonly gradients: readonly (readonly Float32Array[])[];
  /**
   * Adds the gradients of all parts, and updates variables and slots. Gradients may be overwritten.
   *
   * @param checkFinite write no variable and no slot if a number that it reports is not finite
   * @returns the numbers for the step to report
   */
  apply(scalars: Readonly<Record<S, number>>, checkFinite: boolean): Record<string, number>;
}

/** The numbers that a graph computes in. */
export type Precision = 'float32' | 'float16';

export function checkPrecision(precision: string = 'float32'): void {
  if (precision !== 'float32' && precision !== 'float16')
    throw new Error(`compile got the precision '${precision}'; expected 'float32' or 'float16'.`);
}

export interface CompileOptions {
  /** Variables that the function may assign. Their values stay with the executor between calls. */
  state?: readonly tf.Variable[];
  /** Used in error messages. Default: the function's own. */
  name?: string;
  /** How many graphs to keep, one for each set of input shapes; the least recently used is released. Default 8. */
  cacheSize?: number;
  /**
   * `'float16'`: matrix products run in half precision, and so do the element-wise operations that follow them; frozen
   * weights are stored in it. Sums, means, softmax, exponentials, logarithms and powers, the statistics of layer
   * normalisation, inputs, outputs and assigned variables stay float32, and so does every operation with one of these as an
   * operand, or with a constant that half precision cannot hold. Values beyond ±65,504 become infinite. For forward passes
   * only: small gradients would become 0. Default `'float32'`. Eager executors always compute in float32.
   */
  precision?: Precision;
}

export interface CompileStepOptions {
  /** Other variables that the loss assigns, such as running statistics. */
  state?: readonly tf.Variable[];
  name?: string;
  cacheSize?: number;
  /**
   * Reject a step whose loss, or another number that it reports, is NaN or infinite. A compiled executor also keeps the
   * weights as they were; an eager one has already assigned them. Default true.
   */
  checkFinite?: boolean;
  /** Steps run only in float32: most gradients of a mean loss are smaller than the smallest float16 and would become 0. */
  precision?: 'float32';
}

/**
 * Runs functions of tensors, compiled or eagerly. The calls of one executor run one after the other, in the order in which
 * they were made.
 */
export interface Executor {
  /** What runs the graphs: `onnxruntime cpu, 2 threads`, `eager wasm`. */
  readonly name: string;
  /**
   * Compiles `fn` at the first call with each set of input shapes. `fn` takes a tree of tfjs tensors and returns one; the
   * compiled function has host tensors in their places. Variables in `state` are resident, and `fn` may assign them. Every
   * other tensor or variable that `fn` closes over is frozen into the graph with its value at that first call; so are random
   * numbers that `fn` draws.
   */
  // biome-ignore lint/suspicious/noExplicitAny: inputs without a type may be any tree.
  compile<I = any, const O extends TensorTree = TensorTree>(
    fn: (inputs: I) => O,
    options?: CompileOptions,
  ): Compiled<HostOf<I>, HostOf<O>>;
  /**
   * Compiles an entire training step: loss, gradients with respect to `variables`, and update. A variable that the loss does
   * not reach gets a gradient of zeros. Numbers inside a tf.Optimizer, such as its rate, are frozen; a {@link StepOptimizer}
   * takes them anew at each step.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  compileStep<I = any, S extends string = string>(
    loss: (inputs: I) => tf.Scalar,
    optimizer: StepOptimizer<S> | tf.Optimizer,
    variables: readonly tf.Variable[],
    options?: CompileStepOptions,
  ): CompiledStep<HostOf<I>, S>;
  /**
   * Compiles a data-parallel training step: the weighted mean of the losses of the parts of a batch, its gradients, and one
   * update. In Node, on the provider `cpu` with at least as many threads as parts, each part's loss and gradients are
   * computed in a thread of its own, with its own copy of the weights. Some small models, whose operators are too short to
   * split among threads, gain by this; others lose. Measure yours. Elsewhere the parts are one graph. Different splits of a
   * batch agree up to rounding.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  compileParallelStep<I = any, S extends string = string>(
    loss: (part: I) => tf.Scalar,
    optimizer: StepOptimizer<S> | tf.Optimizer,
    variables: readonly tf.Variable[],
    options?: Omit<CompileStepOptions, 'state'>,
  ): ParallelStep<HostOf<I>, S>;
  /** Copies resident values back into the tf.Variables (default: all of them). Does nothing on eager executors. */
  pull(variables?: readonly tf.Variable[]): Promise<void>;
  /** Makes the current values of tf.Variables the resident ones (default: all). Does nothing on eager executors. */
  push(variables?: readonly tf.Variable[]): Promise<void>;
  /** Releases all graphs and resident values. Values that were not pulled are lost. */
  dispose(): Promise<void>;
}
