import * as tf from '@tensorflow/tfjs-core';
import type { TensorTree } from './tree';

export type HostType = 'float32' | 'int32' | 'bool';
export type HostData = Float32Array | Int32Array | Uint8Array;

/** A tensor outside tfjs: row-major values with a shape. A `bool` holds 0 or 1 in each byte. */
export interface HostTensor {
  dtype: HostType;
  shape: number[];
  data: HostData;
}

/** Nested records and arrays of host tensors. An undefined entry of a record counts as absent. */
export type HostTree = HostTensor | readonly HostTree[] | { readonly [name: string]: HostTree | undefined };

/** The type of a tree of tensors outside tfjs: a host tensor in place of each tensor. */
export type HostOf<T> = TensorTree extends T
  ? HostTree
  : T extends tf.Tensor
    ? HostTensor
    : { -readonly [K in keyof T]: HostOf<T[K]> };

export const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

export function isHostTensor(value: unknown): value is HostTensor {
  const tensor = value as HostTensor | null;
  return (
    typeof tensor === 'object' &&
    tensor !== null &&
    ArrayBuffer.isView(tensor.data) &&
    Array.isArray(tensor.shape) &&
    typeof tensor.dtype === 'string'
  );
}

/** Throws unless the data fits the type and the shape; `what` names the tensor in the message. */
export function checkHostTensor({ dtype, shape, data }: HostTensor, what: string): void {
  if (!Object.hasOwn(ARRAYS, dtype))
    throw new Error(`${what} has type '${dtype}'; expected 'float32', 'int32' or 'bool'.`);
  if (shape.some((length) => !Number.isInteger(length) || length < 0))
    throw new Error(`${what} has shape [${shape}]; expected non-negative integers.`);
  if (!(data instanceof ARRAYS[dtype]))
    throw new Error(
      `${what} is of type '${dtype}', so its data must be a ${ARRAYS[dtype].name}; got a ${data.constructor.name}. Make it with hostTensor().`,
    );
  if (data.length !== sizeOf(shape))
    throw new Error(`${what} has ${data.length} values, but its shape [${shape}] needs ${sizeOf(shape)}.`);
}

/** Numbers in a list or in a typed array of any kind; some tokenizers return BigInt64Array. */
export type HostValues = ArrayLike<number> | ArrayLike<bigint>;

const WHOLE = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
];

function typeOf(values: HostValues): HostType {
  if (values instanceof Uint8Array) return 'bool';
  return WHOLE.some((array) => values instanceof array) ? 'int32' : 'float32';
}

/**
 * Makes a host tensor. Without `dtype` the array decides the type: Uint8Array → bool, any other array of integers → int32,
 * everything else → float32. An array that already has the type is used as it is, not copied.
 *
 * @throws if the number of values does not fit the shape; if an int32 gets a fraction or a number outside
 *   −2³¹ … 2³¹ − 1; if a bool gets anything but 0 and 1.
 */
export function hostTensor(values: HostValues, shape: readonly number[], dtype?: HostType): HostTensor {
  const type = dtype ?? typeOf(values);
  if (!Object.hasOwn(ARRAYS, type))
    throw new Error(`hostTensor got type '${dtype}'; expected 'float32', 'int32' or 'bool'.`);
  const data = checkedData(type, values);
  const tensor = { dtype: type, shape: [...shape], data };
  checkHostTensor(tensor, 'hostTensor');
  return tensor;
}

/** The types that cannot hold every number. */
const HOLDS = {
  int32: { holds: (x: number) => (x | 0) === x, expected: 'whole numbers of −2³¹ … 2³¹ − 1', other: "'float32'" },
  bool: { holds: (x: number) => x === 0 || x === 1, expected: '0 and 1', other: "'int32'" },
};

function checkedData(type: HostType, values: HostValues): HostData {
  if (values instanceof Int32Array && type === 'int32') return values;
  const numbers = isBig(values) ? Array.from(values, Number) : values;
  if (type !== 'float32') {
    const { holds, expected, other } = HOLDS[type];
    const wrong = Array.prototype.findIndex.call(numbers, (x: number) => !holds(x));
    if (wrong >= 0)
      throw new Error(
        `hostTensor got ${values[wrong]} at position ${wrong} for type '${type}', which holds ${expected}; correct the value or give the type ${other}.`,
      );
  }
  return hostData(type, numbers);
}

const isBig = (values: HostValues): values is ArrayLike<bigint> => typeof values[0] === 'bigint';

/** Values in the array of their type: the same array if it already has that type. */
export const hostData = (dtype: HostType, values: ArrayLike<number>): HostData =>
  values instanceof ARRAYS[dtype] ? values : ARRAYS[dtype].from(values);

/**
 * The values of a tensor whose type is known.
 *
 * @throws if it has another type.
 */
export function dataOf<T extends HostType>({ dtype, data }: HostTensor, expected: T): InstanceType<(typeof ARRAYS)[T]> {
  if (dtype !== expected) throw new Error(`dataOf got a tensor of type '${dtype}'; expected '${expected}'.`);
  return data as InstanceType<(typeof ARRAYS)[T]>;
}

/** Makes a tensor of the current tfjs backend; the caller owns it. */
export function toTensor(host: HostTensor): tf.Tensor {
  checkHostTensor(host, 'toTensor: the host tensor');
  // A backend may keep the array it gets, so it gets a copy.
  return tf.tensor(host.data.slice(), host.shape, host.dtype);
}

/** Copies a tensor out of tfjs, synchronously. */
export function fromTensor(tensor: tf.Tensor): HostTensor {
  return hostOf(tensor, tensor.dataSync());
}

/** A host tensor with the shape and type of `tensor` and a copy of `data`. */
export function hostOf(tensor: tf.Tensor, data: ArrayLike<number>): HostTensor {
  const dtype = tensor.dtype as HostType;
  if (!Object.hasOwn(ARRAYS, dtype))
    throw new Error(
      `A tensor of type '${tensor.dtype}' has no host form; cast it to 'float32', 'int32' or 'bool' first.`,
    );
  return { dtype, shape: [...tensor.shape], data: ARRAYS[dtype].from(data) };
}
