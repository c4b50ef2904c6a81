import * as tf from '@tensorflow/tfjs-core';
import type { Executor } from './executor';
import { dataOf, type HostTensor, hostTensor } from './host-tensor';

/** Row-major numbers: `data[r * columns + c]` is row r, column c. */
interface HostMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** What is asked of the logits of each row. */
interface ReadoutQuestion {
  /** How many of the largest logits' columns are wanted. */
  k: number;
  /** Columns that do not count. */
  without: readonly number[];
  /** Lists of one column per row whose logit is wanted. */
  logitsOf: readonly Int32Array[];
  /** Lists of one column per row whose rank is wanted. */
  ranksOf: readonly Int32Array[];
}

/** What is kept of the logits of each row. */
interface ReducedLogits {
  /** The columns of the k largest, the largest first; of equal ones the lower column first: [n · k] */
  top: Int32Array;
  /** The largest: [n] */
  largest: Float32Array;
  /** Σ exp(logit − largest): [n] */
  sum: Float32Array;
  /** For each list, the logits of its columns: [n] each */
  logitsOf: Float32Array[];
  /** For each list, how many logits are larger, or equal in a lower column: [n] each */
  ranksOf: Int32Array[];
}

/** What is asked of logits inside of a function of tensors. */
export interface LogitTensorQuestion {
  /** How many of the largest logits' columns are wanted. Default 1. */
  k?: number;
  /** Added to the logits first, such as −∞ for columns that do not count: [1, m] */
  mask?: tf.Tensor2D;
  /** Lists of one column per row whose logit is wanted, int32: [n] each */
  logitsOf?: readonly tf.Tensor1D[];
  /** Lists of one column per row whose rank is wanted, int32: [n] each */
  ranksOf?: readonly tf.Tensor1D[];
}

/** What is kept of the logits of each row, as {@link CompiledReadout} gives it, but as tensors. */
export type ReducedLogitTensors = {
  /** [n], or [n, k] for a k above 1 */
  top: tf.Tensor;
  /** [n] */
  largest: tf.Tensor1D;
  /** [n] */
  sum: tf.Tensor1D;
  /** [n] each */
  logitsOf: tf.Tensor1D[];
  /** [n] each */
  ranksOf: tf.Tensor1D[];
};

interface Inputs extends Omit<LogitTensorQuestion, 'k'> {
  a: tf.Tensor2D;
  b?: tf.Tensor2D;
}

/** A compiled product a · bᵀ of which only a few numbers per row leave the graph. */
export interface CompiledReadout {
  /**
   * @param a [n, d], rounded to float32
   * @param b [m, d], rounded to float32
   * @throws Error when the two have different numbers of columns
   */
  (a: HostMatrix, b: HostMatrix, question: ReadoutQuestion): Promise<ReducedLogits>;
  /** Releases the graphs. */
  dispose(): Promise<void>;
}

export interface CompileReadoutOptions {
  /** How many graphs to keep; default 8. */
  cacheSize?: number;
  /** The logits of `a`, [n, m], where they are more than a · bᵀ: a norm before, a bias after. `b` is then not read. */
  logits?: (a: tf.Tensor2D) => tf.Tensor2D;
  /** Variables that `logits` reads and that are not to be frozen into every graph. */
  state?: readonly tf.Variable[];
}

/**
 * Compiles a readout for the functions of `@interlayer/ffn-memory` that take one as `reduce`: the product a · bᵀ in float32
 * and what is asked of it, one graph for each set of shapes. n · m logits are computed and never copied.
 */
export function compileReadout(
  executor: Executor,
  { logits, ...options }: CompileReadoutOptions = {},
): CompiledReadout {
  // One function for each k, which shapes do not show.
  const functions = new Map<number, ReturnType<typeof compileFor>>();
  const compileFor = (k: number) =>
    executor.compile(
      (inputs: Inputs) =>
        reduceLogits(logits ? logits(inputs.a) : tf.matMul(inputs.a, inputs.b!, false, true), { ...inputs, k }),
      { name: 'a readout', ...options },
    );
  const call = async (a: HostMatrix, b: HostMatrix, { k, without, logitsOf, ranksOf }: ReadoutQuestion) => {
    if (a.columns !== b.columns)
      throw new Error(`a has ${a.columns} columns and b has ${b.columns}; a · bᵀ needs the same number of both.`);
    const run = functions.get(k) ?? compileFor(k);
    functions.set(k, run);
    const lists = (columns: readonly Int32Array[]) =>
      columns.length > 0 ? columns.map((list) => hostTensor(list, [a.rows], 'int32')) : undefined;
    const result = await run({
      a: host(a),
      b: logits ? undefined : host(b),
      mask: without.length > 0 ? maskOf(without, b.rows) : undefined,
      logitsOf: lists(logitsOf),
      ranksOf: lists(ranksOf),
    });
    return {
      top: dataOf(result.top, 'int32'),
      largest: dataOf(result.largest, 'float32'),
      sum: dataOf(result.sum, 'float32'),
      logitsOf: result.logitsOf.map((values) => dataOf(values, 'float32')),
      ranksOf: result.ranksOf.map((values) => dataOf(values, 'int32')),
    };
  };
  return Object.assign(call, {
    async dispose() {
      for (const run of functions.values()) await run.dispose();
    },
  });
}

/**
 * The reductions of {@link compileReadout} for functions that are compiled with more around them: several readouts in one
 * graph, for example. A compiled graph computes only those of the results that it gives out.
 *
 * @param all logits: [n, m]
 */
export function reduceLogits(
  all: tf.Tensor2D,
  { k = 1, mask, logitsOf = [], ranksOf = [] }: LogitTensorQuestion = {},
): ReducedLogitTensors {
  const [n, m] = all.shape;
  const logits = (mask ? tf.add(all, mask) : all) as tf.Tensor2D;
  const largest = tf.max(logits, 1, true);
  const flat = tf.reshape(logits, [n * m]);
  const rows = tf.mul(tf.range(0, n, 1, 'int32'), tf.scalar(m, 'int32'));
  const logitOf = (columns: tf.Tensor1D) =>
    tf.gather(flat, tf.cast(tf.add(rows, columns), 'int32')) as tf.Tensor as tf.Tensor1D;
  const columns = tf.range(0, m, 1, 'int32');
  return {
    top: k === 1 ? tf.argMax(logits, 1) : tf.topk(logits, k).indices,
    largest: tf.reshape(largest, [n]),
    sum: tf.sum(tf.exp(tf.sub(logits, largest)), 1),
    logitsOf: logitsOf.map(logitOf),
    ranksOf: ranksOf.map((wanted) => {
      const logit = tf.reshape(logitOf(wanted), [n, 1]);
      const sooner = tf.logicalAnd(tf.equal(logits, logit), tf.less(columns, tf.reshape(wanted, [n, 1])));
      return tf.sum(tf.cast(tf.logicalOr(tf.greater(logits, logit), sooner), 'int32'), 1) as tf.Tensor1D;
    }),
  };
}

const host = ({ data, rows, columns }: HostMatrix): HostTensor =>
  hostTensor(data instanceof Float32Array ? data : new Float32Array(data), [rows, columns], 'float32');

/** −∞ in the columns that do not count. */
function maskOf(without: readonly number[], columns: number): HostTensor {
  const mask = new Float32Array(columns);
  for (const column of without) mask[column] = Number.NEGATIVE_INFINITY;
  return hostTensor(mask, [1, columns]);
}
