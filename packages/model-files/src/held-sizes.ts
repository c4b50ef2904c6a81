import type { RawConfig } from './config-field';

/** The fields of a family's config that say how large a model is. */
export interface SizeFields {
  /** The number of layers, each of which has at least one tensor. */
  layers: string;
  /** Numbers that are the length of some tensor's axis: widths, heads, words, positions. */
  lengths: readonly string[];
}

/** The part of a model folder that says what its weights hold. */
export interface HeldTensors {
  folder: string;
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
}

/**
 * Refuses a config.json whose sizes the tensors beside it cannot have, before anything of these sizes is built. What is
 * merely wrong passes: {@link loadWeights} then names the tensors that are missing or have another shape.
 * @throws Error that names the field, its value and how much the file holds.
 */
export function requireHeldSizes(
  config: RawConfig,
  { layers, lengths }: SizeFields,
  { folder, tensors }: HeldTensors,
): void {
  let values = 0;
  for (const { shape } of tensors.values()) values += shape.reduce((product, length) => product * length, 1);
  const requireAtMost = (field: string, most: number, unit: string) => {
    const size = config[field];
    if (typeof size !== 'number' || size <= most) return;
    throw new Error(
      `The config has ${field} = ${size}, and the weights in ${folder} are ${most} ${unit} in all. ` +
        'These weights belong to another config.json.',
    );
  };
  requireAtMost(layers, tensors.size, 'tensors');
  for (const field of lengths) requireAtMost(field, values, 'numbers');
}
