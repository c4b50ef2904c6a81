import { assembleBert, type BertConfigInput, bertConfig, createBert } from '@interlayer/bert-model';
import { hostTensor } from '@interlayer/tensor-compile';
import { difference, expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fadeTap, fading } from '../src/fade';

const shape = {
  vocab_size: 12,
  hidden_size: 8,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  max_position_embeddings: 6,
  intermediate_size: 16,
} satisfies BertConfigInput;
const ids = [1, 5, 9, 2];
const statesOf = (model: ReturnType<typeof createBert>, tap?: Parameters<typeof model.run>[1]) =>
  tf.tidy(() => model.run({ ids: tf.tensor2d([ids], [1, 4], 'int32') }, tap).hidden.dataSync());

beforeAll(() => useBackend('cpu'));

describe('a model under the tap of a fade', () => {
  it('has the skips that its layers lack, by the share', async () => {
    const skips = { attention: [true, false, true], feed_forward: [true, false, true] };
    await expectConservesTensors(async () => {
      const model = createBert({ ...shape, skips }, { seed: 1, std: 0.3 });
      const withSkips = assembleBert(bertConfig(shape), model.weights, []);
      const under = (share: number) =>
        tf.tidy(() => statesOf(model, fadeTap({ steps: 1, skips: [1] }, tf.tensor1d([share]))));
      expect(difference(under(1), statesOf(withSkips)).error).toBeLessThan(tolerance.float32);
      expect(difference(under(0), statesOf(model)).error).toBeLessThan(tolerance.float32);
      expect(under(0.5)).not.toEqual(under(0));
      model.dispose();
    });
  });

  it('lacks attention blocks, by the share', async () => {
    const config = { ...shape, feed_forward: [false, false, false] };
    await expectConservesTensors(async () => {
      const model = createBert(config, { seed: 1, std: 0.3 });
      const without = createBert(config, { seed: 1, std: 0.3 });
      const { weights } = without;
      for (const name of Object.keys(weights).filter((name) => /layer\.[12]\.attention\.output\.dense/.test(name)))
        tf.tidy(() => weights[name]!.assign(tf.zerosLike(weights[name]!)));
      const under = (share: number) =>
        tf.tidy(() => statesOf(model, fadeTap({ steps: 1, blocks: [1, 2] }, tf.tensor1d([share]))));
      expect(difference(under(1), statesOf(without)).error).toBeLessThan(tolerance.float32);
      expect(difference(under(0), statesOf(model)).error).toBeLessThan(tolerance.float32);
      expect(under(0.5)).not.toEqual(under(0));
      for (const each of [model, without]) each.dispose();
    });
  });
});

describe('batches of a fade', () => {
  let at = 0;
  const source = () => ({
    next: () => ({ ids: hostTensor(Int32Array.of(at++), [1]) }),
    get cursor() {
      return at;
    },
    seek(cursor: unknown) {
      at = cursor as number;
    },
  });
  const sharesOf = async (batches: ReturnType<typeof fading>, count: number) => {
    const shares: number[] = [];
    for (let i = 0; i < count; i++) shares.push((await batches.next()).share.data[0]!);
    return shares;
  };

  it('carry the share of their step, also when resumed', async () => {
    const expected = [1, 0.75, 0.5, 0.25, 0, 0];
    expect(await sharesOf(fading(source(), { steps: 4 }), 6)).toEqual(expected);
    for (let taken = 0; taken <= 6; taken++) {
      const before = fading(source(), { steps: 4 });
      await sharesOf(before, taken);
      const cursor = JSON.parse(JSON.stringify(before.cursor));
      at = 99;
      const after = fading(source(), { steps: 4 });
      after.seek(cursor);
      expect(await sharesOf(after, 6 - taken)).toEqual(expected.slice(taken));
      expect(at).toBe(cursor.of + 6 - taken);
    }
  });
});
