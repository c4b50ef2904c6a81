import type { Graph } from '../../onnx/graph';
import type { Value } from '../../onnx/value';
import type { Kernel } from '../kernel';
import { add, div, map, mul, sub } from './elementwise';
import { logSoftmax, reduce } from './reduction';

const axesBeforeLast = (x: Value): number[] => [...Array(x.shape.length - 1).keys()];
const mean = (graph: Graph, x: Value): Value => reduce(graph, 'ReduceMean', x, [x.shape.length - 1], true);

/** √(2/π) and the cubic coefficient of the tanh form of GELU. */
const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

function geluGradient(graph: Graph, x: Value, dy: Value, form: 'erf' | 'tanh'): Value {
  const s = (value: number) => graph.scalar(value);
  if (form === 'erf') {
    // d/dx xΦ(x) = Φ(x) + xφ(x) = ½(1 + erf u + (2/√π) u e^(−u²)), u = x/√2
    const u = mul(graph, x, s(Math.SQRT1_2));
    const density = map(graph, 'Exp', [map(graph, 'Neg', [mul(graph, u, u)], 'float32')], 'float32');
    const slope = add(
      graph,
      map(graph, 'Erf', [u], 'float32'),
      mul(graph, mul(graph, u, density), s(2 / Math.sqrt(Math.PI))),
    );
    return mul(graph, mul(graph, add(graph, slope, s(1)), s(0.5)), dy);
  }
  // y = ½x(1 + t), t = tanh(a(x + cx³)); dy/dx = ½(1 + t) + ½x(1 − t²)·a(1 + 3cx²)
  const square = mul(graph, x, x);
  const inner = mul(graph, x, add(graph, mul(graph, square, s(TANH_SCALE * TANH_CUBIC)), s(TANH_SCALE)));
  const t = map(graph, 'Tanh', [inner], 'float32');
  const innerSlope = add(graph, mul(graph, square, s(3 * TANH_SCALE * TANH_CUBIC)), s(TANH_SCALE));
  const tail = mul(graph, mul(graph, x, innerSlope), sub(graph, s(1), mul(graph, t, t)));
  return mul(graph, mul(graph, add(graph, add(graph, t, s(1)), tail), s(0.5)), dy);
}

/** The column of row positions' labels: [N] → [N, 1]. */
const column = (graph: Graph, labels: Value): Value => graph.reshape(labels, [labels.shape[0]!, 1]);

/** Kernels of this package's own operations: see src/ops for what they mean. */
export const composites: Record<string, Kernel> = {
  InterlayerLayerNorm: (graph, { x, gain, bias }, { epsilon }) => {
    const statistics = [...x!.shape.slice(0, -1), 1];
    return graph.emit(
      'LayerNormalization',
      [x!, gain!, bias!],
      [x!.shape, statistics, statistics].map((shape) => ({ type: 'float32', shape })),
      { axis: -1, epsilon: { float: epsilon } },
    );
  },
  // With n = (x − mean)·r, r = 1/deviation, and the means over the last axis:
  // dx = r·(dy·gain − mean(dy·gain) − n·mean(dy·gain·n)), dgain = Σ dy·n, dbias = Σ dy.
  InterlayerLayerNormGradient: (graph, { dy, x, mean: center, inverse, gain }) => {
    const normalized = mul(graph, sub(graph, x!, center!), inverse!);
    const scaled = mul(graph, dy!, gain!);
    const along = mean(graph, mul(graph, scaled, normalized));
    const centered = sub(graph, sub(graph, scaled, mean(graph, scaled)), mul(graph, normalized, along));
    const rows = axesBeforeLast(x!);
    return [
      mul(graph, centered, inverse!),
      reduce(graph, 'ReduceSum', mul(graph, dy!, normalized), rows, false),
      reduce(graph, 'ReduceSum', dy!, rows, false),
    ];
  },
  InterlayerGelu: (graph, { x }, { form }) =>
    graph.op('Gelu', [x!], 'float32', x!.shape, { approximate: form === 'tanh' ? 'tanh' : 'none' }),
  InterlayerGeluGradient: (graph, { dy, x }, { form }) => geluGradient(graph, x!, dy!, form),
  // The loss and the log-probabilities, from which the gradient is made.
  InterlayerSoftmaxCrossEntropy: (graph, { logits, labels, weights }) => {
    const logProbabilities = logSoftmax(graph, logits!, 1);
    const rows = labels!.shape[0]!;
    const picked = graph.op('GatherElements', [logProbabilities, column(graph, labels!)], 'float32', [rows, 1], {
      axis: 1,
    });
    const losses = map(graph, 'Neg', [graph.reshape(picked, [rows])], 'float32');
    if (!weights) return [reduce(graph, 'ReduceMean', losses, [0], false), logProbabilities];
    const total = reduce(graph, 'ReduceSum', weights, [0], false);
    return [div(graph, reduce(graph, 'ReduceSum', mul(graph, losses, weights), [0], false), total), logProbabilities];
  },
  // (softmax − onehot)·dy·w/Σw: scaled rows of probabilities, less the scale at the label.
  InterlayerSoftmaxCrossEntropyGradient: (graph, { dy, logProbabilities, labels, weights }) => {
    const rows = labels!.shape[0]!;
    const share = weights
      ? div(graph, mul(graph, weights, dy!), reduce(graph, 'ReduceSum', weights, [0], false))
      : graph.expand(div(graph, dy!, graph.scalar(rows)), [rows]);
    const scale = graph.reshape(share, [rows, 1]);
    const scaled = mul(graph, map(graph, 'Exp', [logProbabilities!], 'float32'), scale);
    return graph.op(
      'ScatterElements',
      [scaled, column(graph, labels!), map(graph, 'Neg', [scale], 'float32')],
      'float32',
      scaled.shape,
      { axis: 1, reduction: 'add' },
    );
  },
};
