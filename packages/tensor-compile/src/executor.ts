import type * as tf from '@tensorflow/tfjs-core';
import type { HostOf, HostTree } from './host-tensor';
import type { TensorTree } from './tree';

/** Variables to be read in place of others: `substitutes.get(variable)` in place of `variable`. */
export type Substitutes = ReadonlyMap<tf.Variable, tf.Variable>;

/** A compiled function: an asynchronous function of host values. */
export interface Compiled<I = HostTree, O = HostTree> {
  /**
   * @param substitutes for variables of `state` that the function does not assign, of their shape and type, in this call
   * only. One graph then serves many choices of weights: layers in any order, one head in place of another.
   */
  (inputs: I, substitutes?: Substitutes): Promise<O>;
  readonly name: string;
  /** Gives back the graphs. Resident variables stay with the executor. A call after this rejects. */
  dispose(): Promise<void>;
}

/** The numbers that a step reports: the loss before the update and what the optimiser returned. */
export type StepReport = { loss: number } & Record<string, number>;

/** A compiled training step. */
export interface CompiledStep<I = HostTree> {
  (inputs: I, scalars?: Record<string, number>): Promise<StepReport>;
  readonly name: string;
  dispose(): Promise<void>;
}

/** A compiled training step over a batch in parts. */
export interface ParallelStep<I = HostTree> {
  /**
   * @param parts of one structure and equal shapes: rows of a batch, say
   * @param weights how much the loss of each part counts, its number of predicted tokens, say; in all they are 1 after
   * division by their sum. Default: all alike. If the loss is a mean and the weights are what it is taken over, the step
   * is that of the whole batch, up to rounding.
   * @throws if the parts differ in structure or shapes, or the weights do not fit them.
   */
  (parts: readonly I[], scalars?: Record<string, number>, weights?: readonly number[]): Promise<StepReport>;
  readonly name: string;
  dispose(): Promise<void>;
}

/** An optimiser as one function of gradients, so that its arithmetic becomes part of the graph. */
export interface StepOptimizer {
  /** State beside the weights (moments, say); made eagerly, so a checkpoint can hold it. */
  readonly slots: readonly tf.Variable[];
  /**
   * Assigns new values to `variables` and `slots`; runs inside the trace, within a tidy. `scalars` are the per-step numbers
   * (rate, bias corrections) as rank-0 tensors; what it returns is reported by the step.
   */
  apply(
    gradients: tf.Tensor[],
    variables: tf.Variable[],
    scalars: Record<string, tf.Scalar>,
    // biome-ignore lint/suspicious/noConfusingVoidType: an optimiser with nothing to report returns nothing.
  ): Record<string, tf.Scalar> | void;
  /** The names of the numbers that every call of the step must give. */
  readonly scalarNames: readonly string[];
}

/** The numbers that a graph computes in. */
export type Precision = 'float32' | 'float16';

export interface CompileOptions {
  /** Variables that the function may assign, and that stay with the executor between calls. */
  state?: readonly tf.Variable[];
  /** Appears in messages. */
  name?: string;
  /** Graphs kept, one for each distinct set of input shapes; the least recently used one is released. Default 8. */
  cacheSize?: number;
  /**
   * `'float16'`: matrix products run in half precision, and so does what follows from them element by element; frozen
   * weights are stored in it. Sums, means, softmax, exponentials, logarithms and powers, the statistics of layer
   * normalisation, inputs, outputs and assigned variables stay float32, as does what meets one of them or a constant that
   * half precision cannot hold. Values beyond ±65,504 become infinite. For forward passes: small gradients become 0.
   * Default `'float32'`. Eager executors, being the oracle, always compute in float32.
   */
  precision?: Precision;
}

export interface CompileStepOptions {
  /** Further variables that the loss assigns, running statistics, say. */
  state?: readonly tf.Variable[];
  name?: string;
  cacheSize?: number;
  /**
   * Reject a step whose loss is NaN or infinite, and keep the weights as they were before it (compiled executors only:
   * an eager step has already assigned them). Default true.
   */
  checkFinite?: boolean;
  /** Steps run in float32 alone: most gradients of a mean loss are below the smallest float16, and would be 0. */
  precision?: 'float32';
}

/**
 * One interface for compiled and eager execution: the eager one is the oracle of the compiled ones. Calls of one executor
 * run one after the other, in the order they were made.
 */
export interface Executor {
  /** What runs the graphs: `onnxruntime cpu, 2 threads`, `eager wasm`. */
  readonly name: string;
  /**
   * Compiles `fn`, at the first call for each distinct set of input shapes. Variables in `state` are resident and may be
   * assigned in `fn`; every other tensor or variable that `fn` closes over is frozen into the graph as the constant that
   * it is at that first call, random numbers that `fn` draws included. `fn` takes a tree of tfjs tensors and returns one;
   * what is compiled takes and gives host tensors in their places.
   */
  // biome-ignore lint/suspicious/noExplicitAny: inputs without a type may be any tree.
  compile<I = any, const O extends TensorTree = TensorTree>(
    fn: (inputs: I) => O,
    options?: CompileOptions,
  ): Compiled<HostOf<I>, HostOf<O>>;
  /**
   * Compiles a whole training step: loss, gradients by `variables` and the update. A variable that the loss does not
   * reach gets a gradient of zeros. Numbers inside a tf.Optimizer (its rate) are frozen; a {@link StepOptimizer} takes
   * them per step.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  compileStep<I = any>(
    loss: (inputs: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    options?: CompileStepOptions,
  ): CompiledStep<HostOf<I>>;
  /**
   * Compiles a data-parallel training step: the weighted mean of the losses of the parts of a batch, its gradients and one
   * update. In Node, on the provider `cpu` with at least as many threads as parts, each part's loss and gradients are
   * computed in a thread of its own, which has its own copy of the weights: some small models, whose operators are too short
   * to be divided among threads, gain by it, others lose, so measure. Everywhere else the parts are one graph. Results
   * depend on the parts, and agree up to rounding.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  compileParallelStep<I = any>(
    loss: (part: I) => tf.Scalar,
    optimizer: StepOptimizer | tf.Optimizer,
    variables: readonly tf.Variable[],
    options?: Omit<CompileStepOptions, 'state'>,
  ): ParallelStep<HostOf<I>>;
  /** Brings resident values back into the tf.Variables (all of them unless listed). Nothing to do on eager executors. */
  pull(variables?: readonly tf.Variable[]): Promise<void>;
  /** Sends the present values of tf.Variables to where they are resident. Nothing to do on eager executors. */
  push(variables?: readonly tf.Variable[]): Promise<void>;
  /** Gives back all graphs and resident values. Values that were not pulled are lost. */
  dispose(): Promise<void>;
}
