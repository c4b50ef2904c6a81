import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, isHostTensor } from './host-tensor';

/** Nested records and arrays of tfjs tensors. An undefined entry of a record counts as absent. */
export type TensorTree = tf.Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree | undefined };

/** The shape of a tree without its leaves. Records have sorted keys, so that equal trees flatten equally. */
export type Structure = { leaf: string } | Structure[] | { record: [name: string, structure: Structure][] };

interface Flat<T> {
  structure: Structure;
  leaves: T[];
  /** The path of each leaf, for messages: `inputs.ids`, `outputs[0]`. */
  paths: string[];
}

function flatten<T>(tree: unknown, root: string, isLeaf: (value: unknown) => value is T, expected: string): Flat<T> {
  const leaves: T[] = [];
  const paths: string[] = [];
  const walk = (value: unknown, path: string): Structure => {
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
      return { leaf: path };
    }
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`));
    if (isRecord(value))
      return {
        record: Object.keys(value)
          .filter((name) => value[name] !== undefined)
          .sort()
          .map((name) => [name, walk(value[name], `${path}.${name}`)]),
      };
    throw new Error(`${path} is ${describe(value)}; expected ${expected}, or arrays and records of them.`);
  };
  return { structure: walk(tree, root), leaves, paths };
}

/** A plain object. Instances of classes (promises, typed arrays, misplaced tensors) are not part of a tree. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'a Promise (the function must be synchronous)';
  if (value instanceof tf.Tensor) return 'a tf.Tensor';
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : `${typeof value} ${String(value)}`;
}

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;

export const flattenHost = (tree: unknown): Flat<HostTensor> =>
  flatten(tree, 'inputs', isHostTensor, 'a host tensor (see hostTensor())');

export const flattenTensors = (tree: unknown): Flat<tf.Tensor> => flatten(tree, 'outputs', isTensor, 'a tf.Tensor');

/** Puts leaves back in place of the flattened ones. */
export function rebuild<T>(structure: Structure, leaves: readonly T[]): unknown {
  let next = 0;
  const build = (part: Structure): unknown => {
    if (Array.isArray(part)) return part.map(build);
    if ('record' in part) return Object.fromEntries(part.record.map(([name, inner]) => [name, build(inner)]));
    return leaves[next++];
  };
  return build(structure);
}

/** Equal for two host trees that can share a compiled graph: same structure, types and shapes. */
export const signatureOf = ({ leaves, paths }: { leaves: HostTensor[]; paths: string[] }): string =>
  leaves.map((leaf, i) => `${paths[i]}:${leaf.dtype}[${leaf.shape}]`).join(';');
