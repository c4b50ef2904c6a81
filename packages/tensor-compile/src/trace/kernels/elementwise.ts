import type { Graph } from '../../onnx/graph';
import {
  type Attribute,
  type ElementType,
  elements,
  fillOf,
  fillValue,
  isConstant,
  sameShape,
  type Value,
} from '../../onnx/value';
import { broadcast, type Kernel, listOf, type Operands, ofNumbers } from '../kernel';

/**
 * Applies an operator elementwise. An operand that repeats a smaller one is used before the repetition, and the result is
 * repeated instead; that repetition often disappears in the next operation.
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

/** ONNX has no arithmetic on bools: it happens in int32, as in tfjs. */
function arithmetic(graph: Graph, op: string, a: Value, b: Value): Value {
  if (a.type !== 'bool') return map(graph, op, [a, b], a.type);
  return graph.cast(map(graph, op, [graph.cast(a, 'int32'), graph.cast(b, 'int32')], 'int32'), 'bool');
}

export const add = (graph: Graph, a: Value, b: Value): Value => arithmetic(graph, 'Add', a, b);

/** WebGPU has no kernel for Sum. */
const addN = (graph: Graph, list: readonly Value[]): Value =>
  graph.dialect.webgpu || list.some(({ type }) => type !== 'float32')
    ? list.reduce((sum, x) => add(graph, sum, x))
    : map(graph, 'Sum', list, 'float32');

export const sub = (graph: Graph, a: Value, b: Value): Value => arithmetic(graph, 'Sub', a, b);

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

const binary = (name: string, op: (graph: Graph, a: Value, b: Value) => Value): Kernel =>
  ofNumbers(name, (graph, { a, b }) => op(graph, a!, b!));

/** A function of numbers whose result has the type of its operand. */
const keeping = (name: string, op: (graph: Graph, x: Value, attributes: Record<string, number>) => Value): Kernel =>
  ofNumbers(name, (graph, { x }, attributes) => op(graph, x!, attributes));

const compare =
  (op: string): Kernel =>
  (graph, { a, b }) =>
    map(graph, op, a!.type === 'bool' ? [graph.cast(a!, 'int32'), graph.cast(b!, 'int32')] : [a!, b!], 'bool');

const upcastType = (a: ElementType, b: ElementType): ElementType => {
  if (a === b) return a;
  return a === 'float32' || b === 'float32' ? 'float32' : 'int32';
};

const truths = (graph: Graph, { a, b }: Operands): [Value, Value] => [graph.cast(a!, 'bool'), graph.cast(b!, 'bool')];

const not = (graph: Graph, x: Value): Value => map(graph, 'Not', [x], 'bool');

/** `t` or `e`, which have the same type. Where does not take bools. */
export function where(graph: Graph, condition: Value, t: Value, e: Value): Value {
  if (t.type !== 'bool') return map(graph, 'Where', [condition, t, e], t.type);
  return graph.cast(where(graph, condition, graph.cast(t, 'int32'), graph.cast(e, 'int32')), 'bool');
}

const isNumber = (graph: Graph, x: Value): Value => map(graph, 'Equal', [x, x], 'bool');

const square = (graph: Graph, x: Value): Value => mul(graph, x, x);

/** ln(1 + x) without losing the digits of a small x: x·ln(u)/(u − 1) with u = fl(1 + x), whose rounding error cancels. */
function log1p(graph: Graph, x: Value): Value {
  const one = graph.scalar(1);
  const u = map(graph, 'Add', [x, one], 'float32');
  const d = map(graph, 'Sub', [u, one], 'float32');
  const log = map(graph, 'Log', [u], 'float32');
  const exact = mul(graph, log, div(graph, x, d));
  const small = where(graph, map(graph, 'Equal', [d, graph.scalar(0)], 'bool'), x, exact);
  // ∞ / ∞ is NaN, but ln ∞ is not.
  return where(graph, map(graph, 'Equal', [u, graph.scalar(Infinity)], 'bool'), log, small);
}

/** eˣ − 1 by the same cancellation: (u − 1)·x/ln(u) with u = fl(eˣ). */
function expm1(graph: Graph, x: Value): Value {
  const u = map(graph, 'Exp', [x], 'float32');
  const d = map(graph, 'Sub', [u, graph.scalar(1)], 'float32');
  const small = div(graph, mul(graph, d, x), map(graph, 'Log', [u], 'float32'));
  const near = where(graph, map(graph, 'Equal', [d, graph.scalar(0)], 'bool'), x, small);
  // Away from zero the plain difference is exact enough, while the quotient overflows.
  const far = map(graph, 'Greater', [map(graph, 'Abs', [x], 'float32'), graph.scalar(1)], 'bool');
  return where(graph, far, d, near);
}

/** The difference of two comparisons, because the sign of NaN is 0 in tfjs. */
function sign(graph: Graph, x: Value): Value {
  const zero = graph.scalar(0, x.type);
  const positive = graph.cast(map(graph, 'Greater', [x, zero], 'bool'), x.type);
  const negative = graph.cast(map(graph, 'Less', [x, zero], 'bool'), x.type);
  return sub(graph, positive, negative);
}

/** 1 above 0, `alpha` elsewhere, NaN for NaN. */
function step(graph: Graph, x: Value, alpha: number): Value {
  const one = map(graph, 'Ceil', [clip(graph, x, 0, 1)], 'float32');
  if (!alpha) return one;
  const positive = map(graph, 'Greater', [x, graph.scalar(0)], 'bool');
  return add(graph, where(graph, positive, graph.scalar(1), graph.scalar(alpha)), clip(graph, x, 0, 0));
}

/**
 * The quotient or remainder of integers: 0 for a divisor of 0, as in tfjs. The processor's own division crashes the process
 * at −2³¹ / −1.
 */
function divided(
  graph: Graph,
  [a, b]: readonly [Value, Value],
  divide: (b: Value) => Value,
  byMinusOne: (a: Value) => Value,
): Value {
  const isSafe = isConstant(b) && (elements(b) as Int32Array).every((x) => x !== 0 && x !== -1);
  if (isSafe) return divide(b);
  const is = (x: number) => map(graph, 'Equal', [b, graph.scalar(x, 'int32')], 'bool');
  const shape = broadcast(a.shape, b.shape);
  const [zero, one] = [fillValue('int32', shape, 0), graph.scalar(1, 'int32')];
  const unsafe = or(graph, is(0), is(-1));
  const result = divide(where(graph, unsafe, one, b));
  return where(graph, is(0), zero, where(graph, is(-1), byMinusOne(a), result));
}

/** The integer quotient rounded towards minus infinity. */
const floorQuotient = (graph: Graph, a: Value, b: Value): Value =>
  divided(
    graph,
    [a, b],
    (b) => {
      const quotient = map(graph, 'Div', [a, b], 'int32');
      const rest = sub(graph, a, mul(graph, quotient, b));
      // The division rounds towards zero: one too much if there is a remainder with another sign than the divisor.
      const zero = graph.scalar(0, 'int32');
      const negative = (x: Value) => graph.cast(map(graph, 'Less', [x, zero], 'bool'), 'int32');
      const sameSign = map(graph, 'Equal', [negative(rest), negative(b)], 'bool');
      const opposite = not(graph, or(graph, sameSign, map(graph, 'Equal', [rest, zero], 'bool')));
      return sub(graph, quotient, graph.cast(opposite, 'int32'));
    },
    (a) => neg(graph, a),
  );

/** An int32 for operands of any type, as in tfjs. */
function floorDiv(graph: Graph, a: Value, b: Value): Value {
  if (a.type === 'int32') return floorQuotient(graph, a, b);
  return truncated(graph, map(graph, 'Floor', [map(graph, 'Div', [a, b], 'float32')], 'float32'));
}

/** The remainder with the divisor's sign. WebGPU has no Mod. */
function mod(graph: Graph, a: Value, b: Value): Value {
  const { webgpu } = graph.dialect;
  if (a.type === 'int32') {
    const remainder = (b: Value) =>
      webgpu ? sub(graph, a, mul(graph, floorQuotient(graph, a, b), b)) : map(graph, 'Mod', [a, b], 'int32');
    return divided(graph, [a, b], remainder, (a) => fillValue('int32', a.shape, 0));
  }
  if (webgpu) {
    const quotient = map(graph, 'Floor', [map(graph, 'Div', [a, b], 'float32')], 'float32');
    return sub(graph, a, mul(graph, quotient, b));
  }
  const remainder = map(graph, 'Mod', [a, b], 'float32', { fmod: 1 });
  const isNegative = (x: Value) => map(graph, 'Less', [x, graph.scalar(0)], 'bool');
  const differ = map(graph, 'Xor', [isNegative(a), isNegative(b)], 'bool');
  const isZero = map(graph, 'Equal', [remainder, graph.scalar(0)], 'bool');
  const moved = where(graph, isZero, remainder, add(graph, remainder, b));
  // An infinite divisor with the other sign leaves no remainder.
  return where(graph, differ, add(graph, moved, mul(graph, b, graph.scalar(0))), remainder);
}

/** Integer powers via int64, whose cast to int32 wraps around as tfjs does; a fraction or an infinity becomes 0. */
function power(graph: Graph, a: Value, b: Value): Value {
  if (fillOf(b) === 2) return square(graph, a);
  if (a.type !== 'int32' || graph.dialect.webgpu) return map(graph, 'Pow', [a, b], a.type);
  return graph.cast(map(graph, 'Pow', [graph.cast(a, 'int64'), graph.cast(b, 'int64')], 'int64'), 'int32');
}

/** The nearest whole number, ties to the even one. WebGPU has no Round. */
function round(graph: Graph, x: Value): Value {
  if (x.type === 'int32') return x;
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

const TWO_TO_32 = 2 ** 32;

/** A float as int32, as JavaScript converts it: towards zero, modulo 2³², NaN and infinities to 0. */
function truncated(graph: Graph, x: Value): Value {
  if (isConstant(x)) return graph.cast(x, 'int32');
  const inRange = map(graph, 'Less', [map(graph, 'Abs', [x], 'float32'), graph.scalar(2 ** 31)], 'bool');
  const cycles = map(graph, 'Floor', [mul(graph, x, graph.scalar(1 / TWO_TO_32))], 'float32');
  const rest = sub(graph, x, mul(graph, cycles, graph.scalar(TWO_TO_32)));
  const upper = graph.cast(map(graph, 'GreaterOrEqual', [rest, graph.scalar(2 ** 31)], 'bool'), 'float32');
  const signed = sub(graph, rest, mul(graph, upper, graph.scalar(TWO_TO_32)));
  const wrapped = where(graph, isNumber(graph, signed), signed, graph.scalar(0));
  return graph.cast(where(graph, inRange, x, wrapped), 'int32');
}

const truncatedTo = (graph: Graph, x: Value, type: ElementType): Value =>
  x.type === 'float32' && type === 'int32' ? truncated(graph, x) : graph.cast(x, type);

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
  Add: binary('tf.add', add),
  AddN: ofNumbers('tf.addN', (graph, inputs) => addN(graph, listOf(inputs))),
  Sub: binary('tf.sub', sub),
  Multiply: (graph, { a, b }) => mul(graph, a!, b!),
  RealDiv: binary('tf.div', div),
  FloorDiv: binary('tf.floorDiv', floorDiv),
  Mod: binary('tf.mod', mod),
  Pow: binary('tf.pow', power),
  Maximum: (graph, { a, b }) => arithmetic(graph, 'Max', a!, b!),
  Minimum: (graph, { a, b }) => arithmetic(graph, 'Min', a!, b!),
  SquaredDifference: binary('tf.squaredDifference', (graph, a, b) => square(graph, sub(graph, a, b))),
  Equal: compare('Equal'),
  NotEqual: (graph, { a, b }) => not(graph, compare('Equal')(graph, { a: a!, b: b! }, {}) as Value),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  LogicalAnd: (graph, inputs) => map(graph, 'And', truths(graph, inputs), 'bool'),
  LogicalOr: (graph, inputs) => or(graph, ...truths(graph, inputs)),
  LogicalNot: (graph, { x }) => not(graph, graph.cast(x!, 'bool')),
  Select: (graph, { condition, t, e }) => {
    const type = upcastType(t!.type, e!.type);
    return where(graph, graph.cast(condition!, 'bool'), graph.cast(t!, type), graph.cast(e!, type));
  },
  Abs: keeping('tf.abs', abs),
  Neg: keeping('tf.neg', neg),
  Relu: keeping('tf.relu', relu),
  Relu6: keeping('tf.relu6', (graph, x) => clip(graph, x, 0, 6)),
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
  Selu: keeping('tf.selu', (graph, x) =>
    truncatedTo(
      graph,
      mul(
        graph,
        map(graph, 'Elu', [float(graph, x)], 'float32', { alpha: { float: SELU_ALPHA } }),
        graph.scalar(SELU_SCALE),
      ),
      x.type,
    ),
  ),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Round: keeping('tf.round', round),
  Reciprocal: unary('Reciprocal'),
  LeakyRelu: (graph, { x }, { alpha }) =>
    map(graph, 'LeakyRelu', [float(graph, x!)], 'float32', { alpha: { float: alpha } }),
  Prelu: (graph, { x, alpha }) => graph.op('PRelu', [float(graph, x!), float(graph, alpha!)], 'float32', x!.shape),
  EluGrad: (graph, { dy, y }) => {
    const positive = map(graph, 'GreaterOrEqual', [y!, graph.scalar(0)], 'bool');
    return where(graph, positive, dy!, mul(graph, dy!, add(graph, y!, graph.scalar(1))));
  },
  Square: keeping('tf.square', square),
  Rsqrt: (graph, { x }) => map(graph, 'Reciprocal', [map(graph, 'Sqrt', [float(graph, x!)], 'float32')], 'float32'),
  Log1p: (graph, { x }) => log1p(graph, float(graph, x!)),
  Expm1: (graph, { x }) => expm1(graph, float(graph, x!)),
  Sign: keeping('tf.sign', sign),
  Step: keeping('tf.step', (graph, x, { alpha }) => truncatedTo(graph, step(graph, float(graph, x), alpha), x.type)),
  ClipByValue: keeping('tf.clipByValue', (graph, x, { clipValueMin, clipValueMax }) =>
    clip(graph, x, clipValueMin, clipValueMax),
  ),
  IsNan: (graph, { x }) => not(graph, isNumber(graph, float(graph, x!))),
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
  const cast = truncatedTo(graph, small, dtype);
  return sameShape(small.shape, x.shape) ? cast : graph.expand(cast, x.shape);
}
