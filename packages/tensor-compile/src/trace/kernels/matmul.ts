import { sizeOf } from '../../host-tensor';
import type { Graph } from '../../onnx/graph';
import { fillValue, type Shape, type Value } from '../../onnx/value';
import { broadcast, type Kernel, ofNumbers } from '../kernel';
import { add, clip, map } from './elementwise';

const swapped = (rank: number): number[] => [...Array(rank - 2).keys(), rank - 1, rank - 2];

/** The product of two matrices, by the operator that takes transposes and a bias. */
const gemm = (graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value =>
  graph.op('Gemm', [a, b], 'float32', [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!], {
    transA: transposeA ? 1 : 0,
    transB: transposeB ? 1 : 0,
  });

export function matMul(graph: Graph, a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcast(batchA, batchB);
  const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)]!;
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)]!;
  const shape = [...batch, rows, columns];
  // Sums of nothing. On WebGPU the operators crash the process.
  if (sizeOf(a.shape) === 0) return fillValue(a.type, shape, 0);
  const swap = (x: Value, transpose: boolean) => (transpose ? graph.transpose(x, swapped(x.shape.length)) : x);
  if (a.type === 'int32') return wholeMatMul(graph, swap(a, transposeA), swap(b, transposeB), shape);
  if (sizeOf(batchB) === 1 && (sizeOf(batchA) === 1 || !transposeA)) {
    // With one matrix on the right, all rows of the left operand form one matrix.
    const left = transposeA ? a.shape.slice(-2) : [sizeOf(a.shape.slice(0, -1)), a.shape[a.shape.length - 1]!];
    const product = gemm(graph, graph.reshape(a, left), graph.reshape(b, b.shape.slice(-2)), transposeA, transposeB);
    return graph.reshape(product, shape);
  }
  if ((transposeA || transposeB) && graph.dialect.fusedMatMul)
    return graph.op(
      'FusedMatMul',
      [a, b],
      'float32',
      shape,
      { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
      'com.microsoft',
    );
  return graph.op('MatMul', [swap(a, transposeA), swap(b, transposeB)], 'float32', shape);
}

/** WebGPU multiplies only matrices of floats. */
function wholeMatMul(graph: Graph, a: Value, b: Value, shape: Shape): Value {
  if (!graph.dialect.webgpu) return graph.op('MatMul', [a, b], 'int32', shape);
  const product = graph.op('MatMul', [graph.cast(a, 'float32'), graph.cast(b, 'float32')], 'float32', shape);
  return graph.cast(product, 'int32');
}

const activations: Record<string, (graph: Graph, x: Value, alpha: number, prelu?: Value) => Value> = {
  linear: (_, x) => x,
  relu: (graph, x) => map(graph, 'Relu', [x], 'float32'),
  relu6: (graph, x) => clip(graph, x, 0, 6),
  elu: (graph, x) => map(graph, 'Elu', [x], 'float32'),
  sigmoid: (graph, x) => map(graph, 'Sigmoid', [x], 'float32'),
  leakyrelu: (graph, x, alpha) => map(graph, 'LeakyRelu', [x], 'float32', { alpha: { float: alpha } }),
  prelu: (graph, x, _, slope) => graph.op('PRelu', [x, slope!], 'float32', x.shape),
};

export const matmul: Record<string, Kernel> = {
  BatchMatMul: ofNumbers('tf.matMul', (graph, { a, b }, { transposeA, transposeB }) => {
    const type = a!.type === b!.type ? a!.type : 'float32';
    return matMul(graph, graph.cast(a!, type), graph.cast(b!, type), transposeA, transposeB);
  }),
  _FusedMatMul: (
    graph,
    { a, b, bias, preluActivationWeights },
    { transposeA, transposeB, activation, leakyreluAlpha },
  ) => {
    if (a!.type !== 'float32' || b!.type !== 'float32')
      throw new Error(
        `tf.fused.matMul of '${a!.type}' and '${b!.type}' cannot be compiled; cast both to 'float32', or use tf.matMul.`,
      );
    const product = matMul(graph, a!, b!, transposeA, transposeB);
    const apply = activations[activation ?? 'linear'];
    if (!apply) throw new Error(`The activation '${activation}' of a fused matMul cannot be compiled.`);
    return apply(graph, bias ? add(graph, product, bias) : product, leakyreluAlpha ?? 0.2, preluActivationWeights);
  },
};
