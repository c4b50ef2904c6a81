import { sizeOf } from '../host-tensor';
import { toFloat16 } from './float16';

export type ElementType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool';
/** Elements of float16 are the bits of half-precision numbers. */
export type Elements = Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array;
export type Shape = readonly number[];

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
/** Bytes of one element. */
export const WIDTHS: Record<ElementType, number> = { float32: 4, float16: 2, int32: 4, int64: 8, bool: 1 };

export type Attribute =
  | number
  | string
  | readonly number[]
  | { float: number }
  | { tensor: { type: ElementType; data: Elements } };

export interface Node {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Where a value of a graph comes from. A constant with equal elements is stored as one number. */
export type Source =
  | { kind: 'input'; name: string }
  | { kind: 'constant'; data: Elements }
  | { kind: 'fill'; fill: number }
  | { kind: 'node'; node: Node };

export interface Value {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly source: Source;
}

export const isConstant = (value: Value): boolean => value.source.kind === 'constant' || value.source.kind === 'fill';

/** A number as stored in each type. */
const stored: Record<ElementType, (x: number) => number> = {
  float32: Math.fround,
  float16: (x) => x,
  int32: (x) => x | 0,
  int64: Math.trunc,
  bool: (x) => Number(x !== 0),
};

export const fillValue = (type: ElementType, shape: Shape, fill: number): Value => ({
  type,
  shape,
  source: { kind: 'fill', fill: stored[type](fill) },
});

/** A constant. Recognises equal elements. Keeps the array without a copy. */
export function constantValue(type: ElementType, shape: Shape, data: Elements): Value {
  const first = data[0];
  // Object.is distinguishes −0 from 0.
  if (data.length > 0 && (data as ArrayLike<unknown> as unknown[]).every((x) => Object.is(x, first)))
    return fillValue(type, shape, Number(first));
  return { type, shape, source: { kind: 'constant', data } };
}

export const constantFrom = (type: ElementType, shape: Shape, values: readonly number[]): Value =>
  constantValue(type, shape, elementsOf(type, values));

export function elementsOf(type: ElementType, values: ArrayLike<number>): Elements {
  if (type === 'int64') return BigInt64Array.from(Array.from(values, BigInt));
  if (type === 'float16') return toFloat16(Float32Array.from(values));
  return ARRAYS[type].from(values);
}

/** The elements of a constant. */
export function elements(value: Value): Elements {
  const { source } = value;
  if (source.kind === 'constant') return source.data;
  if (source.kind !== 'fill') throw new Error('elements() needs a constant.');
  const size = sizeOf(value.shape);
  const [first] = elementsOf(value.type, [source.fill]);
  if (typeof first === 'bigint') return new BigInt64Array(size).fill(first);
  return value.type === 'float16'
    ? new Uint16Array(size).fill(first!)
    : new ARRAYS[value.type as keyof typeof ARRAYS](size).fill(first!);
}

/** The number that all elements of a constant equal, if they do. */
export const fillOf = ({ source }: Value): number | undefined => (source.kind === 'fill' ? source.fill : undefined);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
