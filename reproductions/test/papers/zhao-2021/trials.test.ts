import { createBert } from '@interlayer/bert-model';
import { identity, orderOf, repeat, swap } from '@interlayer/layer-permute';
import {
  difference,
  expectConservesTensors,
  randomizeWeights,
  randomValues,
  tolerance,
  useBackend,
} from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawRows, type TokenRow } from '../../../src/materials/hidden-states';
import type { AskedRow } from '../../../src/papers/zhao-2021/materials/asked-rows';
import { scoreChanges } from '../../../src/papers/zhao-2021/materials/interventions';
import { CUMULATIVE, changesOf, KIND_NAMES } from '../../../src/papers/zhao-2021/materials/kinds';
import { maskedRows } from '../../../src/papers/zhao-2021/materials/masked-text';
import { scoreOrders } from '../../../src/papers/zhao-2021/materials/orders';
import {
  affine,
  affineMaps,
  affineTensors,
  inPlaceOf,
  PART_NAMES,
  zeros,
} from '../../../src/papers/zhao-2021/materials/stand-ins';
import type { TokenScores } from '../../../src/papers/zhao-2021/materials/token-scores';
import { createTrainer } from '../../../src/papers/zhao-2021/materials/trainer';
import { type Change, openTrial, type Trial } from '../../../src/papers/zhao-2021/materials/trial';
import { bertSpecimen } from '../../../src/subjects/bert';
import type { Specimen } from '../../../src/subjects/specimen';
import { runtime, tokenizer, VOCABULARY } from '../../subjects/tiny-models';

const LAYERS = 3;
const WORDS = 'the kings of the sea and people in peace is trade great courts same wheat land ships gold debt states';
const texts = [0, 1, 2, 3].map((i) => ({ text: `${WORDS.split(' ').slice(i).join(' ')} `.repeat(9) }));

/** A small BERT with nothing at its default, gains and biases included. */
function tinyBert(seed = 6): Specimen {
  const config = {
    vocab_size: VOCABULARY,
    hidden_size: 12,
    num_hidden_layers: LAYERS,
    num_attention_heads: 3,
    intermediate_size: 20,
    max_position_embeddings: 20,
  };
  const model = createBert(config, { seed, std: 0.4, heads: ['mlm'] });
  randomizeWeights(model.weights, (size) => randomValues(size, seed + size));
  return bertSpecimen(model, tokenizer);
}

let specimen: Specimen;
let rows: AskedRow[];
let text: TokenRow[];
beforeAll(async () => {
  await useBackend('cpu');
  specimen = tinyBert();
  rows = maskedRows(texts, specimen, { count: 6, seed: 5 });
  text = drawRows(texts, specimen, { count: 40, length: 18, seed: 3 });
});
afterAll(() => specimen.dispose());

const tensors = () => ({ ids: tf.tensor2d([...rows[0]!.ids], [1, 20], 'int32'), mask: tf.ones<tf.Rank.R2>([1, 20]) });
const streamOf = (model: Specimen, trial: Trial = { name: '' }): Float32Array =>
  tf.tidy(() => {
    const { order, edits } = openTrial(model, trial, 1);
    return model.streamAfter(order, tensors(), undefined, edits).dataSync() as Float32Array;
  });
const changed = (part: Change['part'], how: Change['how'], layers = [1]): Trial => ({
  name: `${part} ${how}`,
  changes: [{ part, how, layers }],
});
/** The model with some weights of layer 1 set. */
const withWeights = async (
  pattern: RegExp,
  value: (weight: tf.Tensor) => tf.Tensor,
  use: (twin: Specimen) => unknown,
) => {
  const twin = tinyBert();
  tf.tidy(() => {
    const chosen = Object.entries(twin.weights).filter(([name]) => name.includes('.layer.1.') && pattern.test(name));
    expect(chosen.length).toBeGreaterThan(0);
    for (const [, variable] of chosen) variable.assign(value(variable));
  });
  await use(twin);
  twin.dispose();
};

describe('IN3: a removed part', () => {
  it('is one whose last weights are zero, bit for bit', async () => {
    await withWeights(/1\.output\.dense/, tf.zerosLike, (twin) => {
      expect(streamOf(specimen, changed('mlp', 'removed'))).toEqual(streamOf(twin));
      expect(streamOf(specimen, changed('attention', 'removed'))).not.toEqual(streamOf(twin));
    });
    await withWeights(/attention\.output\.dense/, tf.zerosLike, (twin) =>
      expect(streamOf(specimen, changed('attention', 'removed'))).toEqual(streamOf(twin)),
    );
    await withWeights(/output\.dense/, tf.zerosLike, (twin) => {
      const both = {
        name: '',
        changes: [...changed('mlp', 'removed').changes!, ...changed('attention', 'removed').changes!],
      };
      expect(streamOf(specimen, both)).toEqual(streamOf(twin));
    });
  });

  it('goes with its layer wherever that runs, and leaves the others', async () => {
    await withWeights(/1\.output\.dense/, tf.zerosLike, (twin) => {
      for (const order of [swap(LAYERS, 0, 1), repeat(LAYERS, 1, 3), orderOf([2, 0], LAYERS)])
        expect(streamOf(specimen, { ...changed('mlp', 'removed'), order })).toEqual(
          tf.tidy(() => twin.streamAfter(order, tensors()).dataSync()),
        );
    });
  });
});

describe('an affine map in the place of a part', () => {
  it('changes nothing where the part is affine', async () => {
    // Far to the right GELU is the identity.
    await withWeights(
      /intermediate\.dense\.bias/,
      (bias) => tf.add(tf.zerosLike(bias), 40),
      async (twin) => {
        const maps = await affineMaps(twin, text, runtime, PART_NAMES);
        for (const part of ['mlp', 'first dense'] as const) {
          const trial = openTrial(twin, changed(part, 'replaced'), 1);
          trial.assign(maps);
          const after = tf.tidy(() => twin.streamAfter(trial.order, tensors(), undefined, trial.edits).dataSync());
          expect(difference(after, streamOf(twin)).error, part).toBeLessThan(1e-3);
          trial.dispose();
        }
        expect(difference(streamOf(twin, changed('mlp', 'removed')), streamOf(twin)).error).toBeGreaterThan(0.1);
      },
    );
  });

  it('is x A + b at each token', () => {
    tf.tidy(() => {
      const model = {
        coefficients: { rows: 2, columns: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) },
        intercept: Float64Array.of(10, 20),
      };
      const x = tf.tensor3d([1, 0, 0, 0, 1, 1], [1, 2, 3]);
      const standIn = affine(affineTensors(model));
      expect([...standIn(x, tf.zeros([1, 2, 2])).dataSync()]).toEqual([11, 24, 15, 31]);
    });
  });
});

describe("the authors' accident", () => {
  it('is small but not nothing, and depends on the seed alone', () => {
    const trial = changed('mlp', 'randomised');
    const [removed, random, again] = [
      streamOf(specimen, changed('mlp', 'removed')),
      streamOf(specimen, trial),
      streamOf(specimen, trial),
    ];
    expect(random).toEqual(again);
    const { error } = difference(random, removed);
    expect(error).toBeGreaterThan(1e-4);
    expect(error).toBeLessThan(difference(streamOf(specimen), removed).error / 3);
  });

  it('is known for the MLP only', () => {
    expect(() => openTrial(specimen, changed('attention', 'randomised'), 1)).toThrow('Only the MLP can be randomised');
  });
});

describe('what is trained', () => {
  const trained = (trial: Trial) => Object.keys(openTrial(specimen, trial, 1).trained);
  const all = () => Object.keys(specimen.weights);

  it('is all, but not what is removed, frozen, or in no slot', () => {
    expect(trained({ name: '' })).toEqual(all());
    const without = (pattern: RegExp) => all().filter((name) => !pattern.test(name));
    const mlp = /layer\.1\.(intermediate|output)\.dense/;
    expect(trained(changed('mlp', 'removed'))).toEqual(without(mlp));
    expect(trained(changed('mlp', 'frozen'))).toEqual(without(mlp));
    expect(trained(changed('attention', 'frozen', [0, 2]))).toEqual(
      without(/layer\.[02]\.attention\.(self|output\.dense)/),
    );
    expect(trained({ name: '', order: repeat(LAYERS, 1, 3) })).toEqual(without(/layer\.[02]\./));
  });

  it('is the affine map where there is one', () => {
    tf.tidy(() => {
      const names = trained(changed('first dense', 'replaced', [2]));
      expect(names).toEqual([
        ...all().filter((name) => !/layer\.2\.intermediate/.test(name)),
        'layer 2, first dense, A',
        'layer 2, first dense, b',
      ]);
    });
  });
});

describe('scores right after each kind of change', () => {
  it('are those of the whole model changed', async () => {
    const maps = await affineMaps(specimen, text, runtime, PART_NAMES);
    const shares: number[] = [];
    const direct = await expectConservesTensors(() =>
      scoreChanges(specimen, maps, rows, runtime, 1, (share) => shares.push(share)),
    );
    expect(shares.at(-1)).toBe(1);
    const expectSame = async (changes: Change[], scores: TokenScores) => {
      const trainer = createTrainer(specimen, { name: 'whole', changes }, runtime, 1);
      const { before } = await trainer.run(specimen, maps, { rows: text, held: rows }, { steps: 0, seed: 1 });
      await trainer.dispose();
      expect(scores.accuracy).toEqual(before.accuracy);
      const { error, magnitude } = difference(scores.loss, before.loss);
      expect(error).toBeLessThan(tolerance.forward * magnitude);
    };
    for (const kind of KIND_NAMES) {
      expect(direct[kind].alone).toHaveLength(LAYERS);
      await expectSame(changesOf(kind, [1]), direct[kind].alone[1]!);
    }
    for (const kind of CUMULATIVE) {
      expect(direct[kind].lowest![0]).toEqual(direct[kind].alone[0]);
      await expectSame(changesOf(kind, [0, 1]), direct[kind].lowest![1]!);
    }
    expect(direct['MLP removed'].alone[1]!.loss).not.toEqual(direct['MLP replaced'].alone[1]!.loss);
  });
});

describe('further training', () => {
  const run = async (trial: Trial, steps: number, seed = 7) => {
    const maps = await affineMaps(specimen, text, runtime, PART_NAMES);
    const trainer = createTrainer(specimen, trial, runtime, 1);
    const outcome = await trainer.run(specimen, maps, { rows: text, held: rows }, { steps, seed });
    await trainer.dispose();
    return outcome;
  };

  it('IN5: of no steps, and of one at rate 0, changes nothing, and starts from what is measured right after', async () => {
    const pieces = identity(LAYERS).map((layer) => ({ layer }));
    const edits = inPlaceOf('mlp', 0, zeros);
    const order = orderOf([0, 3, 2], 4);
    const [direct] = await scoreOrders(specimen, rows, [order], runtime, undefined, [...pieces, { layer: 1, edits }]);
    for (const steps of [0, 1]) {
      const { before, after } = await run(changed('mlp', 'removed'), steps);
      expect(after).toEqual(before);
      expect(before.accuracy).toEqual(direct!.accuracy);
      expect(difference(before.loss, direct!.loss).error).toBeLessThan(tolerance.float32 * 10);
    }
  });

  it('learns the text, the same for the same seed, and leaves the model as it was', async () => {
    const weights = Object.values(specimen.weights).map((weight) => [...weight.dataSync()]);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const replaced = changed('mlp', 'replaced', [0, 1, 2]);
    const { before, after } = await expectConservesTensors(() => run(replaced, 8));
    expect(mean(after.loss)).toBeLessThan(mean(before.loss));
    expect((await run(replaced, 8)).after).toEqual(after);
    expect((await run(replaced, 8, 8)).after).not.toEqual(after);
    const ends = await run({ name: 'ends', order: swap(LAYERS, 0, 2) }, 8);
    expect(mean(ends.after.loss)).toBeLessThan(mean(ends.before.loss));
    expect(Object.values(specimen.weights).map((weight) => [...weight.dataSync()])).toEqual(weights);
  });
});
