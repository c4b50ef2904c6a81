import type * as tf from '@tensorflow/tfjs-core';

/**
 * Checks the inputs of a model. The ids themselves are not read, since that would wait for the device: they must lie within
 * the vocabulary.
 * @param past how many positions a cache already holds
 * @throws Error that names the tensor, its shape or dtype, and what it should be.
 */
export function checkInputs(
  inputs: { ids: tf.Tensor2D; mask?: tf.Tensor2D; types?: tf.Tensor2D },
  maxLength: number,
  past = 0,
): void {
  const { ids, mask, types } = inputs;
  if (ids?.rank !== 2 || ids.dtype !== 'int32') {
    const got = ids ? `${ids.dtype} [${ids.shape}]` : String(ids);
    throw new Error(
      `inputs.ids is ${got}; give an int32 tensor [batch, length], as tf.tensor2d(ids, [B, T], 'int32').`,
    );
  }
  const length = past + ids.shape[1];
  if (length > maxLength) {
    throw new Error(
      `inputs.ids are ${length} tokens long${past ? ' with those in the cache' : ''}, and the model has ${maxLength} positions: truncate the texts to ${maxLength}.`,
    );
  }
  for (const [name, value] of Object.entries({ mask, types })) {
    if (value && (value.rank !== 2 || value.shape.some((length, axis) => length !== ids.shape[axis]))) {
      throw new Error(`inputs.${name} has the shape [${value.shape}]; it must be that of the ids, [${ids.shape}].`);
    }
  }
  if (types && types.dtype !== 'int32') {
    throw new Error(`inputs.types are ${types.dtype}; give an int32 tensor of segment indices.`);
  }
}
