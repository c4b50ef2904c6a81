import { fuzz, mutateBytes, randomValues } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { llamaConfig } from '../src/index';
import { readLlama2c } from '../src/llama2c';

const sizes = { dim: 8, hidden_dim: 6, n_layers: 2, n_heads: 2, n_kv_heads: 1, vocab_size: 5, seq_len: 3 };

/** A file with random weights; without the readout of its own, tied. */
function fileOf(tied: boolean): Uint8Array {
  const { dim, hidden_dim, n_layers, vocab_size, seq_len } = sizes;
  const layer = 2 * dim + 2 * dim * dim + 2 * 4 * dim + 3 * dim * hidden_dim;
  const weights = (tied ? 1 : 2) * vocab_size * dim + n_layers * layer + dim + seq_len * 4;
  const header = Int32Array.from(Object.values({ ...sizes, vocab_size: tied ? vocab_size : -vocab_size }));
  return Buffer.concat([header, randomValues(weights, 1)].map(({ buffer }) => new Uint8Array(buffer)));
}

it.each([true, false])('a file of llama2.c whose readout is tied (%s) gives a config and tensors', async (tied) => {
  const { config, tensors, read } = readLlama2c(fileOf(tied), 'tiny.bin');
  expect(llamaConfig(config)).toMatchObject({ hidden_size: 8, vocab_size: 5, tie_word_embeddings: tied });
  expect(tensors.has('lm_head.weight')).toBe(!tied);
  const norm = await read('model.norm.weight');
  const values = randomValues((fileOf(tied).length - 28) / 4, 1);
  const at = values.length - (tied ? 0 : 40) - 12 - 8;
  expect(norm.data).toEqual(values.slice(at, at + 8));
});

it('survives damage', { timeout: 300_000 }, async () => {
  const files = [fileOf(true), fileOf(false)];
  await fuzz(
    'model files of llama2.c (llama-model)',
    async (bytes: Uint8Array) => {
      const { config, tensors, read } = readLlama2c(bytes, 'tiny.bin');
      llamaConfig(config);
      let held = 0;
      for (const [name, { shape }] of tensors) {
        const { data } = await read(name);
        expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
        held += data.length;
      }
      const { max_position_embeddings: positions, hidden_size, num_attention_heads } = llamaConfig(config);
      return 28 + 4 * (held + (positions * hidden_size) / num_attention_heads);
    },
    (seed) => mutateBytes(seed, files[seed % 2]!),
    { check: (length, bytes) => expect(length).toBe(bytes.length) },
  );
});
