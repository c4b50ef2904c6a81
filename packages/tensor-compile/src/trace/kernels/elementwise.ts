import type { Graph } from '../../onnx/graph';
import { type Attribute, type ElementType, fillOf, sameShape, type Value } from '../../onnx/value';
import { broadcast, type Kernel, listOf, type Operands } from '../kernel';

/**
 * Applies an operator elementwise. Operands that only repeat a smaller one are taken before the repetition, and the
 * result is repeated instead, which often disappears in the next operation.
 */
export function map(
  graph: Graph,
  op: string,
  operands: readonly Value[],
  type: ElementType,
  attributes: Record<string, Attribute> = {},
): Value {
  const shape = operands.map((x) => x.shape).reduce(broadcast);
  const small = operands.map((x) => graph.unexpanded(x));
  const smallShape = small.map((x) => x.shape).reduce(broadcast);
  return graph.expand(graph.op(op, small, type, smallShape, attributes), shape);
}

const expandTo = (graph: Graph, x: Value, shape: readonly number[]): Value => graph.expand(x, shape);

/** Arithmetic has no bool form in ONNX: it is done in int32 and cast back, as tfjs does. */
function arithmetic(graph: Graph, op: string, a: Value, b: Value): Value {
  if (a.type !== 'bool') return map(graph, op, [a, b], a.type);
  return graph.cast(map(graph, op, [graph.cast(a, 'int32'), graph.cast(b, 'int32')], 'int32'), 'bool');
}

export function add(graph: Graph, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  if (fillOf(b) === 0) return expandTo(graph, a, shape);
  if (fillOf(a) === 0) return expandTo(graph, b, shape);
  return arithmetic(graph, 'Add', a, b);
}

/** WebGPU has no kernel for Sum. */
const addN = (graph: Graph, list: readonly Value[]): Value =>
  graph.dialect.webgpu || list.some(({ type }) => type !== 'float32')
    ? list.reduce((sum, x) => add(graph, sum, x))
    : map(graph, 'Sum', list, 'float32');

export function sub(graph: Graph, a: Value, b: Value): Value {
  if (fillOf(b) === 0) return expandTo(graph, a, broadcast(a.shape, b.shape));
  return arithmetic(graph, 'Sub', a, b);
}

export function mul(graph: Graph, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  if (fillOf(b) === 1) return expandTo(graph, a, shape);
  if (fillOf(a) === 1) return expandTo(graph, b, shape);
  return arithmetic(graph, 'Mul', a, b);
}

export function div(graph: Graph, a: Value, b: Value): Value {
  if (fillOf(b) === 1) return expandTo(graph, a, broadcast(a.shape, b.shape));
  return arithmetic(graph, 'Div', a, b);
}

const float = (graph: Graph, x: Value): Value => graph.cast(x, 'float32');

const unary =
  (op: string, attributes: Record<string, Attribute> = {}): Kernel =>
  (graph, { x }) =>
    map(graph, op, [float(graph, x!)], 'float32', attributes);

const binary =
  (op: (graph: Graph, a: Value, b: Value) => Value): Kernel =>
  (graph, { a, b }) =>
    op(graph, a!, b!);

const compare =
  (op: string): Kernel =>
  (graph, { a, b }) =>
    map(graph, op, a!.type === 'bool' ? [graph.cast(a!, 'int32'), graph.cast(b!, 'int32')] : [a!, b!], 'bool');

const truths = (graph: Graph, { a, b }: Operands): [Value, Value] => [graph.cast(a!, 'bool'), graph.cast(b!, 'bool')];

const not = (graph: Graph, x: Value): Value => map(graph, 'Not', [x], 'bool');

export const where = (graph: Graph, condition: Value, t: Value, e: Value): Value =>
  map(graph, 'Where', [condition, t, e], t.type);

const square = (graph: Graph, x: Value): Value => mul(graph, x, x);

/** ln(1 + x) without losing the digits of a small x: x·ln(u)/(u − 1) with u = fl(1 + x), whose rounding error cancels. */
function log1p(graph: Graph, x: Value): Value {
  const one = graph.scalar(1);
  const u = map(graph, 'Add', [x, one], 'float32');
  const d = map(graph, 'Sub', [u, one], 'float32');
  const log = map(graph, 'Log', [u], 'float32');
  const exact = div(graph, mul(graph, log, x), d);
  const small = where(graph, map(graph, 'Equal', [d, graph.scalar(0)], 'bool'), x, exact);
  // ∞ · ∞ / ∞ is not a number, ln ∞ is.
  return where(graph, map(graph, 'Equal', [u, graph.scalar(Infinity)], 'bool'), log, small);
}

/** eˣ − 1 by the same cancellation: (u − 1)·x/ln(u) with u = fl(eˣ). */
function expm1(graph: Graph, x: Value): Value {
  const u = map(graph, 'Exp', [x], 'float32');
  const d = map(graph, 'Sub', [u, graph.scalar(1)], 'float32');
  const small = div(graph, mul(graph, d, x), map(graph, 'Log', [u], 'float32'));
  const near = where(graph, map(graph, 'Equal', [d, graph.scalar(0)], 'bool'), x, small);
  // Away from zero the plain difference is exact enough, and the quotient loses itself in infinities.
  const far = map(graph, 'Greater', [map(graph, 'Abs', [x], 'float32'), graph.scalar(1)], 'bool');
  return where(graph, far, d, near);
}

/** WebGPU has no Sign: the difference of two comparisons. */
function sign(graph: Graph, x: Value): Value {
  if (!graph.dialect.webgpu) return map(graph, 'Sign', [x], x.type);
  const zero = graph.scalar(0, x.type);
  const positive = graph.cast(map(graph, 'Greater', [x, zero], 'bool'), x.type);
  const negative = graph.cast(map(graph, 'Less', [x, zero], 'bool'), x.type);
  return sub(graph, positive, negative);
}

/** The integer quotient rounded towards minus infinity. */
function floorQuotient(graph: Graph, a: Value, b: Value): Value {
  const quotient = map(graph, 'Div', [a, b], 'int32');
  const rest = sub(graph, a, mul(graph, quotient, b));
  // The division rounds towards zero: one too much where a rest is left whose sign is not the divisor's.
  const zero = graph.scalar(0, 'int32');
  const negative = (x: Value) => graph.cast(map(graph, 'Less', [x, zero], 'bool'), 'int32');
  const sameSign = map(graph, 'Equal', [negative(rest), negative(b)], 'bool');
  const opposite = not(graph, or(graph, sameSign, map(graph, 'Equal', [rest, zero], 'bool')));
  return sub(graph, quotient, graph.cast(opposite, 'int32'));
}

/** An int32, whatever the operands are, as in tfjs. */
function floorDiv(graph: Graph, a: Value, b: Value): Value {
  if (a.type === 'int32') return floorQuotient(graph, a, b);
  return graph.cast(map(graph, 'Floor', [map(graph, 'Div', [a, b], 'float32')], 'float32'), 'int32');
}

/** The remainder with the divisor's sign. WebGPU has no Mod. */
function mod(graph: Graph, a: Value, b: Value): Value {
  if (graph.dialect.webgpu) {
    const quotient =
      a.type === 'int32'
        ? floorQuotient(graph, a, b)
        : map(graph, 'Floor', [map(graph, 'Div', [a, b], 'float32')], 'float32');
    return sub(graph, a, mul(graph, quotient, b));
  }
  if (a.type === 'int32') return map(graph, 'Mod', [a, b], 'int32');
  const remainder = (x: Value) => map(graph, 'Mod', [x, b], 'float32', { fmod: 1 });
  return remainder(add(graph, remainder(a), b));
}

/** The nearest whole number, ties to the even one. WebGPU has no Round. */
function round(graph: Graph, x: Value): Value {
  if (!graph.dialect.webgpu) return map(graph, 'Round', [x], 'float32');
  const floor = (v: Value) => map(graph, 'Floor', [v], 'float32');
  const half = graph.scalar(0.5);
  const below = floor(x);
  const fraction = sub(graph, x, below);
  const halfOfBelow = mul(graph, below, half);
  const odd = map(graph, 'Greater', [sub(graph, halfOfBelow, floor(halfOfBelow)), graph.scalar(0)], 'bool');
  const tie = map(graph, 'And', [map(graph, 'Equal', [fraction, half], 'bool'), odd], 'bool');
  const up = or(graph, map(graph, 'Greater', [fraction, half], 'bool'), tie);
  return add(graph, below, graph.cast(up, 'float32'));
}

/** WebGPU has no Or: not (not a and not b). */
function or(graph: Graph, a: Value, b: Value): Value {
  if (!graph.dialect.webgpu) return map(graph, 'Or', [a, b], 'bool');
  return not(graph, map(graph, 'And', [not(graph, a), not(graph, b)], 'bool'));
}

const neg = (graph: Graph, x: Value): Value =>
  x.type === 'float32' ? map(graph, 'Neg', [x], x.type) : map(graph, 'Sub', [graph.scalar(0, x.type), x], x.type);

const abs = (graph: Graph, x: Value): Value =>
  x.type === 'float32' ? map(graph, 'Abs', [x], x.type) : map(graph, 'Max', [x, neg(graph, x)], x.type);

export function clip(graph: Graph, x: Value, low: number, high: number): Value {
  return map(graph, 'Clip', [x, graph.scalar(low, x.type), graph.scalar(high, x.type)], x.type);
}

/** Klambauer et al. 2017. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

const relu = (graph: Graph, x: Value): Value =>
  x.type === 'float32' ? map(graph, 'Relu', [x], x.type) : map(graph, 'Max', [x, graph.scalar(0, x.type)], x.type);

export const elementwise: Record<string, Kernel> = {
  Add: binary(add),
  AddN: (graph, inputs) => addN(graph, listOf(inputs)),
  Sub: binary(sub),
  Multiply: binary(mul),
  RealDiv: binary(div),
  FloorDiv: binary(floorDiv),
  Mod: binary(mod),
  Pow: binary((graph, a, b) => (fillOf(b) === 2 ? square(graph, a) : arithmetic(graph, 'Pow', a, b))),
  Maximum: binary((graph, a, b) => arithmetic(graph, 'Max', a, b)),
  Minimum: binary((graph, a, b) => arithmetic(graph, 'Min', a, b)),
  SquaredDifference: binary((graph, a, b) => square(graph, arithmetic(graph, 'Sub', a, b))),
  Equal: compare('Equal'),
  NotEqual: (graph, { a, b }) => not(graph, compare('Equal')(graph, { a: a!, b: b! }, {}) as Value),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  LogicalAnd: (graph, inputs) => map(graph, 'And', truths(graph, inputs), 'bool'),
  LogicalOr: (graph, inputs) => or(graph, ...truths(graph, inputs)),
  LogicalNot: (graph, { x }) => not(graph, graph.cast(x!, 'bool')),
  Select: (graph, { condition, t, e }) => where(graph, graph.cast(condition!, 'bool'), t!, e!),
  Abs: (graph, { x }) => abs(graph, x!.type === 'bool' ? graph.cast(x!, 'int32') : x!),
  Neg: (graph, { x }) => neg(graph, x!.type === 'bool' ? graph.cast(x!, 'int32') : x!),
  Relu: (graph, { x }) => relu(graph, x!),
  Relu6: (graph, { x }) => clip(graph, x!, 0, 6),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Erf: unary('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Tan: unary('Tan'),
  Asin: unary('Asin'),
  Acos: unary('Acos'),
  Atan: unary('Atan'),
  Sinh: unary('Sinh'),
  Cosh: unary('Cosh'),
  Softplus: unary('Softplus'),
  Elu: unary('Elu'),
  Selu: (graph, { x }) =>
    mul(
      graph,
      map(graph, 'Elu', [float(graph, x!)], 'float32', { alpha: { float: SELU_ALPHA } }),
      graph.scalar(SELU_SCALE),
    ),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Round: (graph, { x }) => round(graph, x!),
  Reciprocal: unary('Reciprocal'),
  LeakyRelu: (graph, { x }, { alpha }) =>
    map(graph, 'LeakyRelu', [float(graph, x!)], 'float32', { alpha: { float: alpha } }),
  Prelu: (graph, { x, alpha }) => graph.op('PRelu', [x!, alpha!], 'float32', x!.shape),
  EluGrad: (graph, { dy, y }) => {
    const positive = map(graph, 'GreaterOrEqual', [y!, graph.scalar(0)], 'bool');
    return where(graph, positive, dy!, mul(graph, dy!, add(graph, y!, graph.scalar(1))));
  },
  Square: (graph, { x }) => square(graph, x!),
  Rsqrt: (graph, { x }) => map(graph, 'Reciprocal', [map(graph, 'Sqrt', [float(graph, x!)], 'float32')], 'float32'),
  Log1p: (graph, { x }) => log1p(graph, float(graph, x!)),
  Expm1: (graph, { x }) => expm1(graph, float(graph, x!)),
  Sign: (graph, { x }) => sign(graph, x!),
  Step: (graph, { x }, { alpha }) => {
    const positive = map(graph, 'Greater', [float(graph, x!), graph.scalar(0)], 'bool');
    if (!alpha) return graph.cast(positive, 'float32');
    return where(graph, positive, graph.scalar(1), graph.scalar(alpha));
  },
  ClipByValue: (graph, { x }, { clipValueMin, clipValueMax }) => clip(graph, x!, clipValueMin, clipValueMax),
  IsNan: (graph, { x }) => not(graph, map(graph, 'Equal', [x!, x!], 'bool')),
  IsInf: (graph, { x }) =>
    map(graph, 'Equal', [map(graph, 'Abs', [float(graph, x!)], 'float32'), graph.scalar(Infinity)], 'bool'),
  IsFinite: (graph, { x }) =>
    map(graph, 'Less', [map(graph, 'Abs', [float(graph, x!)], 'float32'), graph.scalar(Infinity)], 'bool'),
  Cast: (graph, { x }, { dtype }) => castTo(graph, x!, dtype),
  Identity: (_, { x }) => x!,
};

function castTo(graph: Graph, x: Value, dtype: ElementType): Value {
  if (!['float32', 'int32', 'bool'].includes(dtype)) throw new Error(`A graph cannot hold tensors of type '${dtype}'.`);
  const small = graph.unexpanded(x);
  return sameShape(small.shape, x.shape) ? graph.cast(x, dtype) : graph.expand(graph.cast(small, dtype), x.shape);
}
