import { seededRandom } from '@interlayer/test-kit/random';
import { testBackends } from '@interlayer/test-kit/test-backends';
import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, type HostType, hostTensor } from '../src/index';

export interface KernelCase {
  inputs: HostTensor[];
  fn: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

const random = seededRandom(20);
const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const draw = (shape: number[], value: (u: number) => number, dtype: HostType = 'float32') =>
  hostTensor(
    Array.from({ length: size(shape) }, () => value(random())),
    shape,
    dtype,
  );
/** Uniform numbers of [low, high). */
const real = (shape: number[], low = -2, high = 2) => draw(shape, (u) => low + u * (high - low));
/** Whole numbers of low … high. */
const whole = (shape: number[], low: number, high: number) =>
  draw(shape, (u) => low + Math.floor(u * (high - low + 1)), 'int32');
const none = (shape: number[]) => draw(shape, () => 0);
const flags = (shape: number[]) => draw(shape, (u) => Math.round(u), 'bool');
const exact = (values: number[], dtype: HostType = 'float32') => hostTensor(values, [values.length], dtype);

const x = real([3, 4]);
const positive = real([3, 4], 0.1, 3);
const special = exact([-Infinity, -1.5, -0.5, -0, 0, 0.5, 1.5, 2.5, Infinity, Number.NaN]);

/** Cases that TensorFlow's own kernels do not support, so that they cannot be the oracle. */
const unlessTensorFlow = <T>(...items: T[]): T[] => (testBackends.includes('tfjs-node') ? [] : items);

type Fn = KernelCase['fn'];
// biome-ignore lint/suspicious/noExplicitAny: the table calls tfjs functions of all kinds of tensors.
const of = (fn: (...inputs: any[]) => tf.Tensor | tf.Tensor[], ...inputs: HostTensor[]): KernelCase => ({
  fn: fn as Fn,
  inputs,
});

const unary = (fn: (x: tf.Tensor) => tf.Tensor, ...inputs: HostTensor[]) => inputs.map((input) => of(fn, input));

const binary = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [
  of(fn, x, real([3, 4], 0.5, 2)),
  of(fn, x, real([4], 0.5, 2)),
  of(fn, real([3, 1]), real([1, 4], 0.5, 2)),
  of((a) => fn(a, tf.scalar(2)), x),
  of((a) => fn(tf.zeros([3, 4]), tf.add(a, 3)), x),
  of((a) => fn(a, tf.ones([2, 3, 4])), x),
];

const wholeBinary = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [of(fn, whole([4, 5], -9, 9), whole([5], 1, 5))];
const compare = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [
  of(fn, whole([4, 5], 0, 3), whole([5], 0, 3)),
  of(fn, exact([1, 2, Number.NaN, -1]), exact([1, 3, Number.NaN, -2])),
  // TensorFlow does not order bools.
  ...unlessTensorFlow(of(fn, flags([6]), flags([6]))),
];
const logical = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => [of(fn, flags([4, 5]), flags([5]))];
const reduction = (
  fn: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor,
  ...inputs: HostTensor[]
) =>
  inputs.flatMap((input) => [
    of((t) => fn(t), input),
    of((t) => fn(t, 1), input),
    of((t) => fn(t, [0, 2], true), input),
    of((t) => fn(t, -1, true), input),
  ]);
const run = (name: string, inputs: tf.NamedTensorMap, attributes: object = {}) =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

const cube = real([2, 3, 4]);
const wholeCube = whole([2, 3, 4], -3, 3);
const flagCube = flags([2, 3, 4]);

/** At least one case for every kernel, by its name; tfjs's cpu backend is the oracle. */
export const kernelCases: Record<string, KernelCase[]> = {
  Add: [...binary(tf.add), ...wholeBinary(tf.add)],
  AddN: [of((a, b, c) => tf.addN([a, b, c]), x, real([3, 4]), real([3, 4]))],
  Sub: [...binary(tf.sub), ...wholeBinary(tf.sub)],
  Multiply: [...binary(tf.mul), ...wholeBinary(tf.mul)],
  RealDiv: binary(tf.div),
  FloorDiv: [
    ...wholeBinary(tf.floorDiv),
    ...wholeBinary((a, b) => tf.floorDiv(b, tf.sub(tf.abs(a), tf.scalar(20, 'int32')))),
    // It gives float32 for floats, tfjs's own backends int32.
    ...unlessTensorFlow(of(tf.floorDiv, x, real([4], 0.5, 2))),
  ],
  Mod: [...wholeBinary(tf.mod), of(tf.mod, x, real([4], 0.5, 2)), of(tf.mod, x, real([4], -2, -0.5))],
  Pow: [
    ...wholeBinary((a, b) => tf.pow(a, tf.sub(b, tf.scalar(2, 'int32')))),
    of(tf.pow, positive, x),
    of((a) => tf.pow(a, 2), x),
    of((a) => tf.pow(a, tf.scalar(3)), x),
  ],
  Maximum: [...binary(tf.maximum), ...wholeBinary(tf.maximum)],
  Minimum: [...binary(tf.minimum), ...wholeBinary(tf.minimum)],
  SquaredDifference: binary(tf.squaredDifference),
  Equal: compare(tf.equal),
  NotEqual: compare(tf.notEqual),
  Less: compare(tf.less),
  LessEqual: compare(tf.lessEqual),
  Greater: compare(tf.greater),
  GreaterEqual: compare(tf.greaterEqual),
  LogicalAnd: logical(tf.logicalAnd),
  LogicalOr: logical(tf.logicalOr),
  LogicalNot: unary(tf.logicalNot, flags([7])),
  Select: [
    of(tf.where, flags([3, 4]), x, positive),
    of(tf.where, flags([4]), x, real([1, 4])),
    of((c, a) => tf.where(c, a, -1e9), flags([3, 1]), x),
    of((c, a, b) => tf.where(c, a, b), flags([5]), flags([5]), flags([5])),
    ...unlessTensorFlow(of((c, a, b) => tf.where(c, a, b), flags([5]), whole([5], 0, 9), real([5]))),
  ],
  Abs: unary(tf.abs, x, special, whole([5], -4, 4)),
  Neg: unary(tf.neg, x, whole([5], -4, 4)),
  Relu: unary(tf.relu, x, special, whole([5], -4, 4)),
  Relu6: unary((t) => tf.relu6(tf.mul(t, 5)), x),
  Exp: unary(tf.exp, x),
  Log: unary(tf.log, positive),
  Sqrt: unary(tf.sqrt, positive),
  Tanh: unary(tf.tanh, x),
  Sigmoid: unary(tf.sigmoid, x),
  Erf: unary(tf.erf, x),
  Sin: unary(tf.sin, x),
  Cos: unary(tf.cos, x),
  Tan: unary(tf.tan, real([5], -1, 1)),
  Asin: unary(tf.asin, real([5], -1, 1)),
  Acos: unary(tf.acos, real([5], -1, 1)),
  Atan: unary(tf.atan, x),
  Sinh: unary(tf.sinh, x),
  Cosh: unary(tf.cosh, x),
  Softplus: unary(tf.softplus, x, real([4], -20, 20)),
  Elu: unary(tf.elu, x),
  Selu: unary(tf.selu, x),
  Floor: unary(tf.floor, x, special),
  Ceil: unary(tf.ceil, x, special),
  Round: unary(tf.round, x, special, whole([5], -4, 4)),
  Reciprocal: unary(tf.reciprocal, positive),
  LeakyRelu: unary((t) => tf.leakyRelu(t, 0.3), x),
  Prelu: [
    of(tf.prelu, x, real([4], 0, 1)),
    ...unlessTensorFlow(of((a) => tf.prelu(a, tf.scalar(0.5)), whole([5], -4, 4))),
  ],
  EluGrad: [of((dy, y) => run('EluGrad', { dy, y }), x, real([3, 4], -0.9, 2))],
  Square: unary(tf.square, x),
  Rsqrt: unary(tf.rsqrt, positive),
  Log1p: unary(tf.log1p, exact([-0.9, -1e-4, -1e-8, 0, 1e-9, 1e-5, 0.3, 2, 1e6, Infinity])),
  Expm1: unary(tf.expm1, exact([-30, -0.9, -1e-4, -1e-8, 0, 1e-9, 1e-5, 0.3, 2, 10, Infinity])),
  Sign: unary(tf.sign, x, exact([-3, 0, 2])),
  Step: [...unary((t) => tf.step(t), x, exact([-1, 0, 2])), ...unary((t) => tf.step(t, 0.25), x)],
  ClipByValue: unary((t) => tf.clipByValue(t, -0.5, 0.75), x),
  IsNan: unary(tf.isNaN, special),
  IsInf: unary(tf.isInf, special),
  IsFinite: unary(tf.isFinite, special),
  Cast: [
    ...unary((t) => tf.cast(t, 'int32'), x, flags([5])),
    ...unary((t) => tf.cast(t, 'float32'), whole([5], -4, 4), flags([5])),
    ...unary((t) => tf.cast(t, 'bool'), exact([-1, 0, 2]), whole([5], -1, 1)),
  ],
  Identity: unary((t) => tf.clone(t), x, whole([3], 0, 4), flags([4])),
  Sum: [...reduction(tf.sum, cube, wholeCube), of(tf.sum, flags([9])), of(tf.sum, real([]))],
  Mean: reduction(tf.mean, cube, wholeCube),
  Max: [
    ...reduction(tf.max, cube, wholeCube, ...unlessTensorFlow(flagCube)),
    of((t) => tf.max(t, 1), none([0, 3])),
    ...unlessTensorFlow(of((t) => [tf.max(t, 1), tf.max(t, 1, true)], none([2, 0]))),
  ],
  Min: reduction(tf.min, cube, wholeCube, ...unlessTensorFlow(flagCube)),
  Prod: reduction(tf.prod, cube),
  All: reduction(tf.all, flagCube),
  Any: reduction(tf.any, flagCube),
  ArgMax: [...unary((t) => tf.argMax(t, 1), cube, wholeCube), ...unary((t) => tf.argMax(t, -1), cube)],
  ArgMin: [...unary((t) => tf.argMin(t, 1), cube, wholeCube), ...unary((t) => tf.argMin(t, -1), cube)],
  Cumsum: [
    ...unary((t) => tf.cumsum(t, 1), cube, wholeCube),
    ...unary((t) => tf.cumsum(t, 2, true), cube),
    ...unary((t) => tf.cumsum(t, 0, false, true), cube),
  ],
  Softmax: [...unary((t) => tf.softmax(t), cube), ...unary((t) => tf.softmax(tf.mul(t, 100)), cube)],
  BatchMatMul: [
    of((a, b) => tf.matMul(a, b), x, real([4, 5])),
    of((a, b) => tf.matMul(a, b, true, true), real([4, 3]), real([5, 4])),
    of((a, b) => tf.matMul(a, b), cube, real([2, 4, 5])),
    of((a, b) => tf.matMul(a, b, false, true), cube, real([2, 5, 4])),
    of((a, b) => tf.matMul(a, b, true), real([2, 4, 3]), real([2, 4, 5])),
    of((a, b) => tf.matMul(a, b), cube, real([4, 5])),
    of((a, b) => tf.matMul(a, b), cube, real([1, 4, 5])),
    of((a, b) => tf.matMul(a, b, true), real([1, 4, 3]), real([1, 4, 5])),
    of((a, b, c) => [tf.matMul(a, b), tf.add(tf.matMul(a, b), c)], none([2, 0]), none([0, 5]), real([5])),
    of((a, b) => tf.matMul(a, b), none([0, 4]), real([4, 5])),
    of((a, b) => tf.matMul(a, b, false, true), none([2, 3, 0]), none([2, 5, 0])),
    // More than float32 holds.
    ...unlessTensorFlow(
      of((a, b) => tf.matMul(a, b), whole([2, 3], 40000, 50000), whole([3, 4], 400, 500)),
      of((a, b) => tf.matMul(a, b, true, true), whole([2, 3, 2], 40000, 50000), whole([2, 4, 3], 400, 500)),
    ),
    of((a, b, c) => tf.add(tf.matMul(a, b), c), x, real([4, 5]), real([5])),
    of((a, b, c) => tf.add(c, tf.matMul(a, b)), x, real([4, 5]), real([1, 5])),
    of((a, b, c) => tf.add(tf.matMul(a, b), c), cube, real([4, 5]), real([5])),
    of((a, b, c) => tf.add(tf.matMul(a, b), c), cube, real([4, 5]), real([3, 1])),
    of((a, b) => tf.add(tf.matMul(a, b), tf.reshape(tf.tensor([1, 2, 3, 4, 5]), [1, 1, 5])), cube, real([4, 5])),
    of(
      (a, b, c) => {
        const product = tf.matMul(a, b);
        return [tf.add(product, c), product];
      },
      x,
      real([4, 5]),
      real([5]),
    ),
  ],
  _FusedMatMul: (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).flatMap((activation) => [
    of((a, b, bias) => tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.1 }), x, real([4, 5]), real([5])),
    of((a, b) => tf.fused.matMul({ a, b, activation }), x, real([4, 5])),
  ]),
  Einsum: [
    of((a, b) => tf.einsum('bij,bjk->bik', a, b), cube, real([2, 4, 5])),
    of((a) => tf.einsum('ij->ji', a), x),
    of((a, b) => tf.einsum('ij,ij->', a, b), x, positive),
  ],
  Reshape: [
    ...unary((t) => tf.reshape(t, [4, -1]), cube),
    ...unary((t) => tf.reshape(tf.reshape(t, [24]), [2, 12]), cube),
    ...unary((t) => tf.reshape(tf.reshape(t, [24]), [2, 3, 4]), cube),
    of((a) => tf.add(a, tf.reshape(tf.tensor([1, 2, 3, 4]), [1, 4])), x),
  ],
  ExpandDims: [
    ...unary((t) => tf.expandDims(t, 1), x),
    ...unary((t) => run('ExpandDims', { input: t }, { dim: -1 }), x),
  ],
  Transpose: [
    ...unary((t) => tf.transpose(t), cube),
    ...unary((t) => tf.transpose(t, [1, 2, 0]), cube, flagCube),
    ...unary((t) => tf.transpose(tf.transpose(t, [1, 2, 0]), [1, 2, 0]), cube),
    ...unary((t) => tf.transpose(tf.transpose(t, [1, 2, 0]), [2, 0, 1]), cube),
    ...unary((t) => tf.transpose(t, [0, 2, 1, 3]), real([2, 1, 3, 4])),
  ],
  Tile: [
    ...unary((t) => tf.tile(t, [2, 3]), x),
    ...unary((t) => tf.broadcastTo(t, [2, 3, 4]), real([3, 1])),
    ...unary((t) => tf.mul(tf.exp(tf.tile(t, [1, 4])), tf.tile(t, [1, 4])), real([3, 1])),
  ],
  Slice: [
    ...unary((t) => tf.slice(t, [1, 0, 2], [1, 2, 2]), cube, wholeCube, flagCube),
    ...unary((t) => tf.slice(t, [0, 1], [-1, 2]), cube),
    ...unary((t) => tf.slice(t, 1), cube),
  ],
  StridedSlice: [
    ...unary((t) => tf.stridedSlice(t, [0, 1, 0], [2, 3, 4], [1, 1, 2]), cube),
    ...unary((t) => tf.stridedSlice(t, [0, 2, 3], [2, 0, 0], [1, -1, -2]), cube),
    ...unary((t) => tf.stridedSlice(t, [0, 0, 3], [2, 3, 0], [1, 1, -1], 0, 4), cube),
    ...unary((t) => tf.stridedSlice(t, [1, 0, 0], [2, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1), cube),
  ],
  Concat: [
    of((a, b) => tf.concat([a, b], 1), x, real([3, 2])),
    of((a, b) => tf.concat([a, b], -1), cube, real([2, 3, 1])),
    of((a, b) => tf.concat([a, b], 1), none([0, 2]), none([0, 3])),
    of((a, b) => tf.concat([a, b], 0), none([0, 4]), x),
  ],
  Pack: [of((a, b) => tf.stack([a, b], 1), x, positive), of((a, b) => tf.stack([a, b], -1), x, positive)],
  Unpack: [of((a) => tf.unstack(a, 1), cube), of((a) => tf.unstack(a, -1), cube)],
  SplitV: [
    of((a) => tf.split(a, 2, 2), cube),
    of((a) => tf.split(a, 2, 2), flagCube),
    of((a) => tf.split(a, [1, 2], 1), cube),
    of((a) => tf.split(a, [1, -1], -1), cube),
  ],
  PadV2: [
    ...unary((t) => tf.pad(t, [[1, 2], [0, 1]]), x), // biome-ignore format: a matrix
    ...unary((t) => tf.pad(t, [[0, 0], [3, 0]], -7), x, whole([2, 2], 1, 5)), // biome-ignore format: a matrix
  ],
  MirrorPad: unary((t) => tf.mirrorPad(t, [[1, 1], [2, 0]], 'reflect'), x), // biome-ignore format: a matrix
  Reverse: [...unary((t) => tf.reverse(t, 1), cube), ...unary((t) => tf.reverse(t, [0, -1]), cube)],
  Fill: [
    of(
      (a) => [
        tf.add(tf.fill([3, 4], 2), a),
        tf.fill([40, 3], 0.25),
        tf.fill([3], 7, 'int32'),
        tf.mul(a, tf.cast(tf.fill([4], 3.7, 'int32'), 'float32')),
      ],
      x,
    ),
  ],
  ZerosLike: unary((t) => tf.add(tf.zerosLike(t), 1), x, whole([4], 1, 3)),
  OnesLike: unary((t) => tf.onesLike(t), x, whole([4], 1, 3)),
  Range: [of((a) => [tf.mul(a, tf.range(0, 4)), tf.range(5, 0, -2, 'int32')], x)],
  LinSpace: [of((a) => tf.mul(a, tf.linspace(0, 1, 4)), x)],
  GatherV2: [
    of((t, i) => tf.gather(t, i), x, whole([5], 0, 2)),
    of((t, i) => tf.gather(t, i, 1), cube, whole([2, 2], 0, 2)),
    // tfjs-node 4.22 checks the indices against `shape[-1]`.
    ...unlessTensorFlow(of((t, i) => tf.gather(t, i, -1), cube, whole([], 0, 3))),
    of((t, i) => tf.gather(t, i, 1, 1), cube, whole([2, 5], 0, 2)),
  ],
  GatherNd: [
    of((t, i) => tf.gatherND(t, i), cube, whole([5, 2], 0, 1)),
    of((t, i) => tf.gatherND(t, i), flagCube, whole([5, 2], 0, 1)),
    of((t, i) => tf.gatherND(t, i), cube, whole([2, 3, 3], 0, 1)),
  ],
  ScatterNd: [
    of((i, u) => tf.scatterND(i, u, [4, 3]), whole([6, 1], 0, 3), real([6, 3])),
    of((i, u) => tf.scatterND(i, u, [4, 3]), whole([6, 2], 0, 2), real([6])),
  ],
  TensorScatterUpdate: [
    of((t, u) => tf.tensorScatterUpdate(t, tf.tensor([[2], [0]], [2, 1], 'int32'), u), x, real([2, 4])),
  ],
  UnsortedSegmentSum: [
    of((t, s) => tf.unsortedSegmentSum(t, s, 4), real([6, 3]), whole([6], 0, 3)),
    of((t, s) => tf.unsortedSegmentSum(t, s, 5), real([60]), whole([60], 0, 3)),
  ],
  OneHot: [
    of((i) => tf.oneHot(i, 4), exact([0, 3, -1, 4, 2], 'int32')),
    of((i) => tf.oneHot(i, 3, 0.75, -0.5, 'float32'), whole([2, 3], 0, 2)),
    of((i) => tf.oneHot(i, 3, 1, 0, 'bool'), whole([4], 0, 2)),
  ],
  TopK: [
    of((t) => tf.topk(t, 2).values, none([0, 3])),
    of((t) => { const { values, indices } = tf.topk(t, 2); return [values, indices]; }, cube), // biome-ignore format: short
    of((t) => { const { values, indices } = tf.topk(t, 3); return [values, indices]; }, exact([1, 3, 3, 0, 3])), // biome-ignore format: short
  ],
};
