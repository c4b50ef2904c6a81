import { nearestNames } from '@interlayer/nearest-names';
import type { Dtype, TensorData } from '@interlayer/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelFolder } from './model-folder';

/** A weight that a model of some config has, under the name the hub gives it. */
export interface NamedShape {
  name: string;
  shape: readonly number[];
}

/** How the names in files map to the names of a model's weights. */
export interface NameRules {
  /** The weight's name for a stored name: with its prefix, in the one spelling that is used here. */
  canonical(stored: string): string;
  /** Buffers that are computed, not learned: neither read nor written back. */
  ignored: RegExp;
  /** Tensors that no run uses: kept as they are and written back. */
  carried?: RegExp;
  /** Weights that may be stored a second time under another name: canonical name of the copy to that of the weight. */
  ties: Readonly<Record<string, string>>;
}

/** Where weights were loaded from: what saving needs to write the same names in the same format. */
export interface Origin {
  folder: string;
  configText: string;
  /** By the weight's name: its name and format in the file. */
  stored: ReadonlyMap<string, { name: string; dtype: Dtype }>;
  /** Stored copies of tied weights. */
  copies: readonly { name: string; dtype: Dtype; of: string }[];
  carried: readonly { name: string; dtype: Dtype; shape: readonly number[]; data: TensorData }[];
}

/** The tensors of a folder by canonical name, to their stored names; ignored and carried ones left out. */
export function canonicalNames(folder: ModelFolder, rules: NameRules): Map<string, string> {
  const names = new Map<string, string>();
  for (const stored of folder.tensors.keys()) {
    if (rules.ignored.test(stored) || rules.carried?.test(stored)) continue;
    const name = rules.canonical(stored);
    if (names.has(name)) {
      throw new Error(`${folder.folder} stores "${name}" twice, as "${names.get(name)}" and as "${stored}".`);
    }
    names.set(name, stored);
  }
  // A tied weight may be stored under the name of its copy alone.
  for (const [copy, weight] of Object.entries(rules.ties)) {
    if (names.has(copy) && !names.has(weight)) {
      names.set(weight, names.get(copy)!);
      names.delete(copy);
    }
  }
  return names;
}

const READABLE: readonly Dtype[] = ['F32', 'F16', 'BF16'];
const LISTED = 8;

/**
 * Reads the weights of a model from a folder, half precision widened to float32.
 * @throws Error that lists missing and unexpected tensors, each with the nearest names, or names the tensor whose shape or
 *   format is wrong. Nothing stays allocated then.
 */
export async function loadWeights(
  folder: ModelFolder,
  parameters: readonly NamedShape[],
  rules: NameRules,
): Promise<{ weights: Record<string, tf.Variable>; origin: Origin }> {
  const names = canonicalNames(folder, rules);
  const expected = new Set(parameters.map(({ name }) => name));
  const copies = [...names].filter(([name]) => !expected.has(name) && Object.hasOwn(rules.ties, name));
  const tied = new Set(copies.map(([name]) => name));
  requireSameNames(
    folder,
    [...expected].filter((name) => !names.has(name)),
    [...names].filter(([name]) => !expected.has(name) && !tied.has(name)).map(([, stored]) => stored),
    names,
    [...expected],
  );

  const weights: Record<string, tf.Variable> = {};
  const stored = new Map<string, { name: string; dtype: Dtype }>();
  try {
    for (const { name, shape } of parameters) {
      const file = names.get(name)!;
      const { dtype, shape: got } = folder.tensors.get(file)!;
      if (got.length !== shape.length || got.some((length, axis) => length !== shape[axis])) {
        throw new Error(
          `The tensor "${file}" has the shape [${got}]; the config asks for [${shape}]. These weights belong to another config.json.`,
        );
      }
      requireReadable(file, dtype);
      const values = (await folder.read(file)).data as Float32Array;
      weights[name] = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32')));
      stored.set(name, { name: file, dtype });
    }
    for (const [copy, file] of copies) await requireEqual(folder, file, rules.ties[copy]!, stored);
    const carried: Origin['carried'][number][] = [];
    for (const [name, { dtype, shape }] of folder.tensors) {
      if (rules.ignored.test(name) || !rules.carried?.test(name)) continue;
      carried.push({ name, dtype, shape, data: (await folder.read(name)).data });
    }
    const origin: Origin = {
      folder: folder.folder,
      configText: folder.configText,
      stored,
      copies: copies.map(([name, file]) => ({
        name: file,
        dtype: folder.tensors.get(file)!.dtype,
        of: rules.ties[name]!,
      })),
      carried,
    };
    return { weights, origin };
  } catch (error) {
    tf.dispose(weights);
    throw error;
  }
}

function requireReadable(name: string, dtype: Dtype): void {
  if (READABLE.includes(dtype)) return;
  throw new Error(
    `The tensor "${name}" is stored as ${dtype}; weights are read from ${READABLE.join(', ')}. Convert it to one of these.`,
  );
}

async function requireEqual(
  folder: ModelFolder,
  copy: string,
  weight: string,
  stored: ReadonlyMap<string, { name: string }>,
): Promise<void> {
  const original = stored.get(weight)!.name;
  requireReadable(copy, folder.tensors.get(copy)!.dtype);
  const [a, b] = [(await folder.read(copy)).data, (await folder.read(original)).data];
  if (a.length === b.length && a.every((value, i) => Object.is(value, b[i]))) return;
  throw new Error(
    `The tensor "${copy}" differs from "${original}", and the config ties the two. ` +
      'If it is a readout of its own, set "tie_word_embeddings": false in config.json; else delete it from the file.',
  );
}

function requireSameNames(
  { folder }: ModelFolder,
  missing: readonly string[],
  unexpected: readonly string[],
  stored: ReadonlyMap<string, string>,
  expected: readonly string[],
): void {
  if (missing.length === 0 && unexpected.length === 0) return;
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const listed = (names: readonly string[], nearest: (name: string) => string) => [
    ...names.slice(0, LISTED).map((name) => `  "${name}"${nearest(name)}`),
    ...(names.length > LISTED ? [`  and ${names.length - LISTED} more`] : []),
  ];
  // What the file calls the tensors that it has, so that they can be looked up there.
  const inFile = (name: string) => {
    const near = nearestNames(name, stored.keys(), 2).map((candidate) => stored.get(candidate)!);
    return near.length > 0 ? ` (nearest in the file: ${quoted(near)})` : '';
  };
  const lines = [`The weights in ${folder} do not fit its config.json.`];
  if (missing.length > 0) lines.push(`Missing (${missing.length}):`, ...listed(missing, inFile));
  if (unexpected.length > 0) {
    const known = (name: string) => ` (nearest known: ${quoted(nearestNames(name, expected, 2))})`;
    lines.push(`Unexpected (${unexpected.length}):`, ...listed(unexpected, known));
  }
  throw new Error(lines.join('\n'));
}
