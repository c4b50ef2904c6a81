import * as tf from '@tensorflow/tfjs-core';
import type { Executor } from './executor';
import { dataOf, hostTensor } from './host-tensor';

/** Row-major numbers, as analyses take them: `data[r * columns + c]` is row r, column c. */
interface HostMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** A compiled product a · bᵀ, for analyses that take one as `matmul`. */
export interface CompiledMatmul {
  /**
   * @param a [n, d], rounded to float32
   * @param b [m, d], rounded to float32
   * @returns a · bᵀ, [n, m]
   * @throws Error when the two have different numbers of columns.
   */
  (a: HostMatrix, b: HostMatrix): Promise<HostMatrix & { readonly data: Float32Array }>;
  /** Releases the graphs. */
  dispose(): Promise<void>;
}

/**
 * Compiles a · bᵀ in float32, one graph for each pair of shapes.
 *
 * @param options.cacheSize how many graphs to keep; default 8
 */
export function compileMatmul(executor: Executor, options: { cacheSize?: number } = {}): CompiledMatmul {
  const product = executor.compile(({ a, b }: { a: tf.Tensor2D; b: tf.Tensor2D }) => tf.matMul(a, b, false, true), {
    name: 'a product of matrices',
    ...options,
  });
  const host = ({ data, rows, columns }: HostMatrix) =>
    hostTensor(data instanceof Float32Array ? data : new Float32Array(data), [rows, columns], 'float32');
  const matmul = async (a: HostMatrix, b: HostMatrix) => {
    if (a.columns !== b.columns)
      throw new Error(`a has ${a.columns} columns and b has ${b.columns}; a · bᵀ needs the same number of both.`);
    const data = dataOf(await product({ a: host(a), b: host(b) }), 'float32');
    return { rows: a.rows, columns: b.rows, data };
  };
  return Object.assign(matmul, { dispose: () => product.dispose() });
}
