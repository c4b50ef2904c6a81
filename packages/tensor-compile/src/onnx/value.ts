import { sizeOf } from '../host-tensor';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';
export type Elements = Float32Array | Int32Array | BigInt64Array | Uint8Array;
export type Shape = readonly number[];

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

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

/** Where a value of a graph comes from. A constant of equal elements is kept as one number. */
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

export const fillValue = (type: ElementType, shape: Shape, fill: number): Value => ({
  type,
  shape,
  source: { kind: 'fill', fill: type === 'float32' ? Math.fround(fill) : fill },
});

/** A constant; recognises equal elements. The array is kept, not copied. */
export function constantValue(type: ElementType, shape: Shape, data: Elements): Value {
  const first = data[0];
  // Object.is keeps −0 apart from 0.
  if (data.length > 0 && (data as ArrayLike<unknown> as unknown[]).every((x) => Object.is(x, first)))
    return fillValue(type, shape, Number(first));
  return { type, shape, source: { kind: 'constant', data } };
}

export const constantFrom = (type: ElementType, shape: Shape, values: readonly number[]): Value =>
  constantValue(type, shape, elementsOf(type, values));

export function elementsOf(type: ElementType, values: ArrayLike<number>): Elements {
  if (type === 'int64') return BigInt64Array.from(Array.from(values, BigInt));
  return ARRAYS[type].from(values);
}

/** The elements of a constant. */
export function elements(value: Value): Elements {
  const { source } = value;
  if (source.kind === 'constant') return source.data;
  if (source.kind !== 'fill') throw new Error('elements() needs a constant.');
  const size = sizeOf(value.shape);
  return value.type === 'int64'
    ? new BigInt64Array(size).fill(BigInt(source.fill))
    : new ARRAYS[value.type](size).fill(source.fill);
}

/** The number that all elements of a constant equal, if they do. */
export const fillOf = ({ source }: Value): number | undefined => (source.kind === 'fill' ? source.fill : undefined);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
