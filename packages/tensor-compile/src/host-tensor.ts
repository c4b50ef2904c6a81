import * as tf from '@tensorflow/tfjs-core';
import type { TensorTree } from './tree';

export type HostType = 'float32' | 'int32' | 'bool';
export type HostData = Float32Array | Int32Array | Uint8Array;

/** A tensor outside of tfjs: row-major values with a shape. A `bool` holds 0 or 1 in each byte. */
export interface HostTensor {
  dtype: HostType;
  shape: number[];
  data: HostData;
}

/** Nested records and arrays of host tensors. */
export type HostTree = HostTensor | HostTree[] | { [name: string]: HostTree };

/** A tree of tfjs tensors as it is outside of tfjs: a host tensor in place of each tensor. */
export type HostOf<T> = TensorTree extends T
  ? HostTree
  : T extends tf.Tensor
    ? HostTensor
    : { [K in keyof T]: HostOf<T[K]> };

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

/** Throws unless the data fit the type and the shape; `what` names the tensor in the message. */
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

/**
 * Makes a host tensor. The type is taken from the array (`Float32Array` → float32, `Int32Array` → int32, `Uint8Array` →
 * bool; anything else → float32) unless given; an array that already has the right type is used as it is, not copied.
 *
 * @throws if the number of values does not fit the shape.
 */
export function hostTensor(values: ArrayLike<number>, shape: readonly number[], dtype?: HostType): HostTensor {
  const type = dtype ?? (values instanceof Int32Array ? 'int32' : values instanceof Uint8Array ? 'bool' : 'float32');
  if (!Object.hasOwn(ARRAYS, type))
    throw new Error(`hostTensor got type '${dtype}'; expected 'float32', 'int32' or 'bool'.`);
  const data = hostData(type, values);
  const tensor = { dtype: type, shape: [...shape], data };
  checkHostTensor(tensor, 'hostTensor');
  return tensor;
}

/** Values in the array of their type: themselves if they are in it already. */
export const hostData = (dtype: HostType, values: ArrayLike<number>): HostData =>
  values instanceof ARRAYS[dtype] ? values : ARRAYS[dtype].from(values);

/** Makes a tensor of the current tfjs backend; the caller owns it. */
export function toTensor(host: HostTensor): tf.Tensor {
  checkHostTensor(host, 'toTensor: the host tensor');
  // A backend may keep the array that it is given: the copy keeps the caller's array the caller's.
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
