import { createBert } from '@interlayer/bert-model';
import { cka } from '@interlayer/cka';
import { tolerance, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainly } from '../../../src/claim/statistic';
import { hiddenStates } from '../../../src/materials/hidden-states';
import type { Bench } from '../../../src/materials/material';
import { cutBlocks, patternsOf, withoutFeedForward } from '../../../src/papers/sridhar-2020/materials/cut-blocks';
import { heldOutStretches } from '../../../src/papers/sridhar-2020/materials/encoders';
import { rowsOf } from '../../../src/papers/sridhar-2020/materials/part-of-speech';
import { bertSpecimen } from '../../../src/subjects/bert';
import type { Specimen } from '../../../src/subjects/specimen';
import { Unavailable } from '../../../src/subjects/subject';
import { bertShape, runtime, SPECIAL, tokenizer } from '../../subjects/tiny-models';

/** Models of one seed share all weights that both have. */
const specimenWith = (feed_forward: boolean[]): Specimen =>
  bertSpecimen(createBert({ ...bertShape, feed_forward }, { seed: 6, std: 0.4 }), tokenizer);
const without = (cut: readonly number[]) =>
  Array.from({ length: bertShape.num_hidden_layers }, (_, layer) => !cut.includes(layer));

let full: Specimen;
beforeAll(async () => {
  await useBackend('cpu');
  full = specimenWith(without([]));
});
afterAll(() => full.dispose());

const bench = {
  condition: 'trained',
  seed: 3,
  sample: 8,
  specimen: async () => full,
  runtime: async () => runtime,
  progress: () => {},
  artefact: () => {},
} as unknown as Bench;

describe('a feed-forward block that is cut', () => {
  it.each([[[1]], [[0, 2]], [[0, 1, 2]]])('%j: the model is one that was built without it', (cut) => {
    const built = specimenWith(without(cut));
    const read = (specimen: Specimen) =>
      tf.tidy(() => {
        const ids = tf.tensor2d([[SPECIAL.cls, 3, 1, 4, SPECIAL.sep]], [1, 5], 'int32');
        return specimen
          .trace({ ids, mask: tf.ones([1, 5]) }, ['attention.output', 'output'])
          .map((layer) => layer.map((tensor) => tensor.dataSync()));
      });
    const [ours, expected] = [read(withoutFeedForward(full, cut)), read(built)];
    for (const [layer, sites] of expected.entries())
      for (const [site, values] of sites.entries())
        for (const [i, value] of values.entries())
          expect(Math.abs(ours[layer]![site]![i]! - value)).toBeLessThan(tolerance.forward * 10);
    expect(read(full)).not.toEqual(expected);
    built.dispose();
  });

  it('is compared with the uncut model in its own block and those behind it, as another way of CKA has it', async () => {
    const cuts = await cutBlocks.make(bench);
    expect(cuts.byBlock.map((row) => row.map((value) => value !== null))).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ]);
    expect(cuts.attention).toHaveLength(2);
    expect(cuts.output).toHaveLength(3);
    const { rows } = await heldOutStretches(64, bench);
    expect(rows).toHaveLength(8);
    const built = specimenWith(without([1]));
    const read = (specimen: Specimen) => hiddenStates(specimen, rows, runtime, ['attention.output', 'output']);
    const [whole, cut] = [await read(full), await read(built)];
    const between = async (layer: number, site: number) => (await cka(whole[layer]![site]!, cut[layer]![site]!)).value!;
    for (const layer of [1, 2]) expect(cuts.byBlock[1]![layer]).toBeCloseTo(await between(layer, 1), 4);
    expect(plainly(cuts.output[1]!)).toBeCloseTo((cuts.byBlock[1]![1]! + cuts.byBlock[1]![2]!) / 2, 10);
    expect(plainly(cuts.attention[1]!)).toBeCloseTo(await between(2, 0), 4);
    const own = (await cka(whole[0]![1]!, whole[2]![1]!)).value!;
    expect(cuts.withItself[0]![2]).toBeCloseTo(own, 4);
    expect(cuts.withItself[1]![1]).toBeCloseTo(1, 6);
    // The model without any block, by weights of the stretches and without them.
    const [none] = cuts.patterns;
    expect(cuts.patterns.map(({ kept, count }) => [kept, count])).toEqual([['none', 0]]);
    const [attention, output] = cuts.all.map(plainly);
    expect([none!.attention, none!.output]).toEqual([expect.closeTo(attention!, 4), expect.closeTo(output!, 4)]);
    built.dispose();
  });
});

it('a model of a single layer has no block after a cut', async () => {
  const config = { ...bertShape, num_hidden_layers: 1 };
  const single = bertSpecimen(createBert(config, { seed: 6 }), tokenizer);
  const make = cutBlocks.make({ ...bench, specimen: async () => single });
  await expect(make).rejects.toThrow(new Unavailable('no block comes after a cut: the model has a single layer'));
  single.dispose();
});

it('patterns of kept blocks are every r-th, half of them in one place, and none', () => {
  const shown = (layers: number) =>
    patternsOf(layers).map(([name, kept]) => `${name}: ${kept.map((is) => (is ? '#' : '.')).join('')}`);
  expect(shown(12)).toEqual([
    '1 of 2: .#.#.#.#.#.#',
    '1 of 3: ..#..#..#..#',
    '1 of 6: .....#.....#',
    'first half: ######......',
    'middle half: ...######...',
    'last half: ......######',
    'none: ............',
  ]);
  expect(shown(2)).toEqual(['none: ..']);
  expect(shown(3)).toEqual(['none: ...']);
});

describe('tagged sentences as rows', () => {
  const about = { document: 'a', part: 'test' as const };
  const sentences = [
    { ...about, words: ['We', 'people', 'of', 'earlier'], tags: ['PRON', 'NOUN', 'ADP', 'ADV'] },
    { ...about, words: Array<string>(63).fill('the'), tags: Array<string>(63).fill('DET') },
    { ...about, words: ['\u200b', 'Peace'], tags: ['SYM', 'NOUN'] },
  ];

  it('read each word at its first piece; sentences that are too long and words that leave no piece are left out', () => {
    const { rows, words, tooLong } = rowsOf(sentences, { tokenizer });
    const pieces = (word: string) => tokenizer.encode(word, { addSpecialTokens: false }).ids;
    expect(tooLong).toBe(1);
    expect(rows).toEqual([
      { ids: ['we', 'people', 'of', 'earlier'].flatMap(pieces), text: 0 },
      { ids: pieces('peace'), text: 2 },
    ]);
    expect(words.map(({ tag, form, at }) => [tag, form, at])).toEqual([
      ['PRON', 'we', 0],
      ['NOUN', 'people', 1],
      ['ADP', 'of', 2],
      ['ADV', 'earlier', 3],
      ['NOUN', 'peace', 4],
    ]);
  });
});
