import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fuzz, mutateJsonText, temporaryFolder, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type AutoModel, fromPretrained } from '../src/index';
import { tinyFiles, writeFiles } from './tiny-hub';

beforeAll(() => useBackend('cpu'));

/** Sizes and outputs of a model, which is disposed of. */
function used({ model, family, encode }: AutoModel) {
  try {
    const batch = encode(['the harbour was quiet .']);
    const sizes = Object.values(model.weights).map(({ shape }) => shape);
    const outputs = tf.tidy(() => Object.values(model.run(batch as never)).map((output) => output.dataSync().slice()));
    tf.dispose(Object.values(batch).filter((value) => value instanceof tf.Tensor));
    return { family, sizes, outputs };
  } finally {
    model.dispose();
  }
}

/** The fields that change numbers, and no size: the rest must not change the outputs. */
const ARITHMETIC =
  /^(layer_norm_(eps|epsilon)|hidden_act|activation_function|num_attention_heads|n_head|feed_forward|skips|architectures|model_type|final_layer_norm)$/;

test.each(['bert', 'gpt'] as const)(
  'a damaged config.json beside the weights of a %s',
  async (kind) => {
    const files = await tinyFiles(kind, kind === 'bert' ? 40 : 30);
    const folder = await writeFiles(await temporaryFolder(), files);
    const config = JSON.parse(new TextDecoder().decode(files['config.json']));
    const read = async (text: string) => {
      await writeFile(join(folder, 'config.json'), text);
      const before = tf.memory().numTensors;
      try {
        return used(await fromPretrained(folder));
      } finally {
        expect(tf.memory().numTensors).toBe(before);
      }
    };
    const undamaged = await read(JSON.stringify(config));
    await fuzz(`config.json (${kind}-model)`, read, (seed) => mutateJsonText(seed, config), {
      check({ sizes, outputs }, text) {
        expect(sizes).toEqual(undamaged.sizes);
        const changed = JSON.parse(text);
        const differs = (field: string) => JSON.stringify(changed[field]) !== JSON.stringify(config[field]);
        const fields = new Set([...Object.keys(config), ...Object.keys(changed)]);
        if (![...fields].some((field) => ARITHMETIC.test(field) && differs(field)))
          expect(outputs).toEqual(undamaged.outputs);
      },
    });
  },
  3_600_000,
);
