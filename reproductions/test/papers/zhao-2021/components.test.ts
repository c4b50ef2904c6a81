import { createBert } from '@interlayer/bert-model';
import { createGpt } from '@interlayer/gpt-model';
import { matrix } from '@interlayer/linalg';
import { createLlama } from '@interlayer/llama-model';
import { type ComponentName, fitLinear, type Points, Scorer, type Scores } from '@interlayer/nonlinearity';
import { expectConservesTensors, tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bertOracle } from '../../../../packages/bert-model/test/oracle';
import { gptOracle } from '../../../../packages/gpt-model/test/oracle';
import { llamaOracle } from '../../../../packages/llama-model/test/oracle';
import { type Example, randomized } from '../../../../packages/transformer/test/causal';
import { hiddenStates, type TokenRow } from '../../../src/materials/hidden-states';
import { linearityOf } from '../../../src/papers/zhao-2021/materials/components';
import { bertSpecimen } from '../../../src/subjects/bert';
import { gptSpecimen } from '../../../src/subjects/gpt';
import { llamaSpecimen } from '../../../src/subjects/llama';
import type { Specimen } from '../../../src/subjects/specimen';
import {
  bertLike,
  bertShape,
  gptShape,
  llamaShape,
  randomSentences,
  runtime,
  SPECIAL,
  tokenizer,
  withSites,
} from '../../subjects/tiny-models';

let model: Specimen;
beforeAll(async () => {
  await useBackend('cpu');
  model = bertLike().specimen;
});
afterAll(() => model.dispose());

/** Rows of one length. */
const rowsOf = (count: number, seed: number): TokenRow[] =>
  randomSentences(count * 40, 30, seed)
    .filter(({ length }) => length >= 12)
    .slice(0, count)
    .map((ids, text) => ({ ids: [...ids.subarray(0, 12)], text }));

const [fitted, held] = [rowsOf(30, 1), rowsOf(10, 2)];

describe('linear maps of components', () => {
  it('are fitted to some rows and scored on others, each a cluster', async () => {
    const { scores } = await expectConservesTensors(() => linearityOf(model, fitted, held, runtime));
    const all = scores.scores();
    expect(Object.keys(all)).toHaveLength(18);
    for (const { n, clusters, degenerate } of Object.values(all))
      expect({ n, clusters, degenerate }).toEqual({ n: 120, clusters: 10, degenerate: {} });

    const ends = ['middle', 'ffn.output'] as const;
    const at = (rows: TokenRow[]) => hiddenStates(model, rows, runtime, ends);
    const [X, Y] = (await at(fitted))[1]!;
    const [heldX, heldY] = (await at(held))[1]!;
    const scorer = new Scorer(await fitLinear({ X: X!, Y: Y! }));
    await scorer.add(heldX!, heldY!);
    expect(all['layers.1.mlp']!.r2).toBeCloseTo(scorer.scores().r2!, 4);
    expect(scores.weighted('layers.1.mlp', 'r2')(new Float64Array(10).fill(1))).toBe(all['layers.1.mlp']!.r2);
  });

  it('take more rows than are in memory at once', async () => {
    const many = Array.from({ length: 7 }, () => fitted).flat();
    const all = (await linearityOf(model, many, held, runtime)).scores.scores();
    const once = (await linearityOf(model, fitted, held, runtime)).scores.scores();
    for (const [name, { r2 }] of Object.entries(all)) expect(r2, name).toBeCloseTo(once[name]!.r2!, 3);
  });

  it('find an affine component, and nothing in outputs of other tokens', async () => {
    const { scores, chance } = await linearityOf(model, fitted, held, runtime);
    const all = scores.scores();
    for (const layer of [0, 1, 2]) {
      expect(all[`layers.${layer}.ff_after_self_attention`]!.r2).toBeGreaterThan(0.999);
      expect(all[`layers.${layer}.mlp`]!.r2).toBeLessThan(0.99);
    }
    expect(Math.abs(chance)).toBeLessThan(0.25);
    expect(all['layers.0.mlp']!.r2! - chance).toBeGreaterThan(0.3);
  });

  it('are not those of a model whose sites are mixed up', async () => {
    const mixed = withSites(model, { 'attention.context': 'input' });
    const { scores } = await linearityOf(mixed, fitted, held, runtime);
    expect(scores.scores()['layers.0.ff_after_self_attention']!.r2).toBeLessThan(0.999);
  });
});

/** Where components begin and end: in a post-LN block by the table of the specification, in a pre-LN block by the same parts. */
const ENDS = {
  masked: {
    mlp: ['middle', 'ffn.output'],
    ffn: ['middle', 'output'],
    self_attention_ff: ['input', 'attention.output'],
    ff_after_self_attention: ['attention.context', 'attention.output'],
    attention: ['input', 'middle'],
    encoder: ['input', 'output'],
  },
  causal: {
    mlp: ['ffn.input', 'ffn.output'],
    ffn: ['middle', 'output'],
    self_attention_ff: ['attention.input', 'attention.output'],
    ff_after_self_attention: ['attention.context', 'attention.output'],
    attention: ['input', 'middle'],
    encoder: ['input', 'output'],
  },
} as const satisfies Record<Specimen['kind'], Partial<Record<ComponentName, readonly [string, string]>>>;
const LAYERS = [0, 1, 2];

/** A model in which every weight is random, and the same model in float64 loops, which capture nothing. */
interface Twice {
  specimen: Specimen;
  pointsOf(example: Example): Record<string, Float64Array>;
}

const families: [string, () => Twice][] = [
  [
    'BERT',
    () => {
      const bert = randomized(createBert(bertShape, { seed: 1 }), 1);
      return { specimen: bertSpecimen(bert, tokenizer), pointsOf: (example) => bertOracle(bert, example) };
    },
  ],
  [
    'GPT-2',
    () => {
      const gpt = randomized(createGpt(gptShape, { seed: 2 }), 2);
      return { specimen: gptSpecimen(gpt, tokenizer), pointsOf: (example) => gptOracle(gpt, example) };
    },
  ],
  [
    'Llama',
    () => {
      const llama = randomized(createLlama(llamaShape, { seed: 3 }), 3);
      return { specimen: llamaSpecimen(llama, tokenizer), pointsOf: (example) => llamaOracle(llama, example) };
    },
  ],
];

/** What the float64 loops give at each point, one row for each token but [CLS] and [SEP]. */
function pointsByHand({ specimen, pointsOf }: Twice, rows: readonly TokenRow[]): Points {
  const frame = specimen.kind === 'masked' ? 1 : 0;
  const inputs = rows.map(({ ids }) => (frame ? [SPECIAL.cls, ...ids, SPECIAL.sep] : ids));
  const length = inputs[0]!.length;
  const points = pointsOf({ ids: inputs.flat(), shape: [rows.length, length] });
  const isText = (token: number) => token % length >= frame && token % length < length - frame;
  return Object.fromEntries(
    Object.entries(points).map(([point, values]) => {
      const columns = values.length / (rows.length * length);
      const ofText = values.filter((_, i) => isText(Math.floor(i / columns)));
      return [point, matrix(ofText, columns)];
    }),
  );
}

describe.each(families)('linear maps of components of a %s', (_, make) => {
  let model: Twice;
  beforeAll(() => {
    model = make();
  });
  afterAll(() => model.specimen.dispose());

  it('run from where each component begins to where it ends', async () => {
    const all = (await linearityOf(model.specimen, fitted, held, runtime)).scores.scores();
    const [known, unknown] = [pointsByHand(model, fitted), pointsByHand(model, held)];
    const byHand = ([input, output]: readonly [string, string]) =>
      Promise.all(
        LAYERS.map(async (layer) => {
          const at = (points: Points, site: string) => points[`layers.${layer}.${site}`]!;
          const scorer = new Scorer(await fitLinear({ X: at(known, input), Y: at(known, output) }));
          await scorer.add(at(unknown, input), at(unknown, output));
          return scorer.scores();
        }),
      );
    const apart = (a: Scores, b: Scores) => Math.max(Math.abs(a.r2! - b.r2!), Math.abs(a.gamma! - b.gamma!));
    const ends = ENDS[model.specimen.kind];
    expect(Object.keys(all)).toHaveLength(LAYERS.length * Object.keys(ends).length);
    const expected: Scores[][] = [];
    for (const [name, places] of Object.entries(ends)) {
      const layers = await byHand(places);
      for (const [layer, scores] of layers.entries())
        expect(apart(all[`layers.${layer}.${name}`]!, scores), `${layer} ${name}`).toBeLessThan(tolerance.forward);
      expected.push(layers);
    }
    // The ends of another component would give other numbers, and so would an MLP that begins a norm too early.
    const early = model.specimen.kind === 'causal' ? 'middle' : 'attention.sum';
    const others = [...expected, await byHand([early, 'ffn.output'])];
    for (const [i, layers] of others.entries())
      for (const other of others.slice(0, i)) {
        const farthest = Math.max(...layers.map((scores, layer) => apart(scores, other[layer]!)));
        expect(farthest).toBeGreaterThan(1e-2);
      }
  });
});

const PRE_LN = families.slice(1);
describe.each(PRE_LN)('components of a %s that are affine by construction', (_, make) => {
  const scoresOf = async (
    change: (model: Specimen) => void,
    [some, others]: readonly (readonly TokenRow[])[] = [fitted, held],
  ) => {
    const { specimen } = make();
    tf.tidy(() => change(specimen));
    const { scores } = await linearityOf(specimen, some!, others!, runtime);
    specimen.dispose();
    return scores.scores();
  };
  const setToZero = (weight: tf.Tensor) => (weight as tf.Variable).assign(tf.zerosLike(weight));

  it('have an R² of 1: the output layer of attention', async () => {
    const all = await scoresOf(() => {});
    for (const layer of LAYERS) {
      expect(all[`layers.${layer}.ff_after_self_attention`]!.r2).toBeGreaterThan(0.9999);
      for (const name of ['mlp', 'self_attention_ff'])
        expect(all[`layers.${layer}.${name}`]!.r2, name).toBeLessThan(0.99);
    }
  });

  it('have an R² of 1: attention that sees one token alone', async () => {
    const tokens = Array.from({ length: SPECIAL.unk }, (_, id): TokenRow => ({ ids: [id], text: id }));
    const all = await scoresOf(() => {}, [tokens.slice(0, 28), tokens.slice(28)]);
    for (const layer of LAYERS) {
      expect(all[`layers.${layer}.self_attention_ff`]!.r2).toBeGreaterThan(0.9999);
      expect(all[`layers.${layer}.mlp`]!.r2).toBeLessThan(0.99);
    }
  });

  it('have an R² of 1: a layer whose branches add nothing, while branches without variance have none', async () => {
    const all = await scoresOf(({ blocks }) => {
      for (const { attention, feedForward } of blocks)
        for (const { weight, bias } of [attention.output, feedForward!.down]) {
          setToZero(weight);
          if (bias) setToZero(bias);
        }
    });
    for (const layer of LAYERS) {
      for (const name of ['ffn', 'attention', 'encoder'])
        expect(all[`layers.${layer}.${name}`]!.r2, name).toBeGreaterThan(0.9999);
      for (const name of ['mlp', 'self_attention_ff'])
        expect(all[`layers.${layer}.${name}`]!.degenerate, name).toHaveProperty('r2');
    }
  });
});

it('an MLP whose GELUs are always on is affine, and is scored so', async () => {
  const { specimen } = families[1]![1]();
  tf.tidy(() => {
    for (const { feedForward } of specimen.blocks)
      (feedForward!.up.bias as tf.Variable).assign(tf.fill(feedForward!.up.bias!.shape, 40));
  });
  const all = (await linearityOf(specimen, fitted, held, runtime)).scores.scores();
  specimen.dispose();
  for (const layer of LAYERS) expect(all[`layers.${layer}.mlp`]!.r2).toBeGreaterThan(0.9999);
});
