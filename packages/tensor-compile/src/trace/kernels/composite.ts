import type { Graph } from '../../onnx/graph';
import type { Value } from '../../onnx/value';
import type { GeluForm } from '../../ops/gelu';
import type { Kernel } from '../kernel';
import { requireIndices } from '../requirements';
import { add, div, map, mul, sub } from './elementwise';
import { logSoftmax, reduce } from './reduction';

const axesBeforeLast = (x: Value): number[] => [...Array(x.shape.length - 1).keys()];
const mean = (graph: Graph, x: Value): Value => reduce(graph, 'ReduceMean', x, [x.shape.length - 1], true);

/** √(2/π) and the cubic coefficient of the tanh form of GELU. */
const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

/** ½(1 + x) for x of [−1, 1], in one pass. */
const halfway = (graph: Graph, x: Value): Value =>
  graph.op('HardSigmoid', [x], 'float32', x.shape, { alpha: { float: 0.5 }, beta: { float: 0.5 } });

const overRoot2 = (graph: Graph, x: Value): Value => mul(graph, x, graph.scalar(Math.SQRT1_2));
const affine = (graph: Graph, x: Value, factor: number, term: number): Value =>
  add(graph, mul(graph, x, graph.scalar(factor)), graph.scalar(term));

/** Φ(x), or its tanh approximation. Forward pass and gradient use the same form, so the graph contains it once. */
function geluShare(graph: Graph, x: Value, form: GeluForm): Value {
  if (form === 'erf') return halfway(graph, map(graph, 'Erf', [overRoot2(graph, x)], 'float32'));
  const inner = mul(graph, x, affine(graph, mul(graph, x, x), TANH_SCALE * TANH_CUBIC, TANH_SCALE));
  return halfway(graph, map(graph, 'Tanh', [inner], 'float32'));
}

function geluGradient(graph: Graph, x: Value, dy: Value, form: GeluForm): Value {
  const share = geluShare(graph, x, form);
  if (form === 'erf') {
    // d/dx xΦ(x) = Φ(x) + xφ(x), xφ(x) = u·e^(−u²)/√π, u = x/√2
    const u = overRoot2(graph, x);
    const exponent = sub(graph, graph.scalar(-0.5 * Math.log(Math.PI)), mul(graph, u, u));
    return mul(graph, add(graph, share, mul(graph, u, map(graph, 'Exp', [exponent], 'float32'))), dy);
  }
  // y = xs, s = ½(1 + tanh(a(x + cx³))); dy/dx = s + y(1 − s)·2a(1 + 3cx²)
  const slope = affine(graph, mul(graph, x, x), 6 * TANH_SCALE * TANH_CUBIC, 2 * TANH_SCALE);
  const rest = mul(graph, mul(graph, x, share), sub(graph, graph.scalar(1), share));
  return mul(graph, add(graph, share, mul(graph, rest, slope)), dy);
}

/** Labels as a column: [N] → [N, 1]. */
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
  InterlayerGelu: (graph, { x }, { form, recorded }) =>
    recorded
      ? mul(graph, x!, geluShare(graph, x!, form))
      : graph.op('Gelu', [x!], 'float32', x!.shape, { approximate: form === 'tanh' ? 'tanh' : 'none' }),
  InterlayerGeluGradient: (graph, { dy, x }, { form }) => geluGradient(graph, x!, dy!, form),
  // The loss, and the log-probabilities for the gradient.
  InterlayerSoftmaxCrossEntropy: (graph, { logits, labels, weights }) => {
    const logProbabilities = logSoftmax(graph, logits!, 1);
    const rows = labels!.shape[0]!;
    const inside = requireIndices(graph, labels!, [logits!.shape[1]!], 'softmaxCrossEntropy');
    const picked = graph.op('GatherElements', [logProbabilities, column(graph, inside)], 'float32', [rows, 1], {
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
