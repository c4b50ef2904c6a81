import { useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { permutedWeights, shuffledPairs, untrained } from '../../src/conditions';
import { valuesOf } from '../../src/subjects/specimen';
import { paperLike } from '../subjects/tiny-models';

it('a control says what is asked of which model, and whether it has a say', () => {
  const judged = untrained.mustNotReproduce('nothing holds');
  expect(judged).toMatchObject({ judged: true, condition: { id: 'untrained' } });
  expect(judged.record).toEqual({
    name: 'untrained model',
    kind: 'negative',
    description:
      'The same criteria, asked of the model before its training, as its card tells, or else a model of its shape with new weights; it may not meet all of those that are asserted',
    expected: 'nothing holds',
  });
  const shown = shuffledPairs.shownOnly('it cannot break', 'everything holds');
  expect(shown).toMatchObject({ judged: false, condition: { id: 'shuffled' } });
  expect(shown.record).toEqual({
    name: 'shuffled pairs',
    kind: 'negative',
    description:
      'The same criteria, asked of the trained model, the values of each layer in random order; shown without a say in the verdict: it cannot break',
    expected: 'everything holds',
  });
});

it('the untrained model is a twin with initial weights, the same for the same seed', async () => {
  await useBackend('cpu');
  const { specimen } = paperLike();
  const twins = [3, 3, 4].map((seed) => untrained.apply(specimen, seed));
  const [one, two, three] = await Promise.all(
    [...twins, specimen].map(async (each) => Array.from((await valuesOf(each, 0)).data)),
  );
  expect(one).toEqual(two);
  expect(one).not.toEqual(three);
  for (const each of [...twins, specimen]) each.dispose();
});

it('permuted weights are the numbers of each matrix in another order; vectors stay', async () => {
  await useBackend('cpu');
  const { specimen } = paperLike();
  const twins = [3, 3, 4].map((seed) => permutedWeights.apply(specimen, seed));
  for (const [name, weight] of Object.entries(specimen.weights)) {
    const [before, ...after] = [weight, ...twins.map((twin) => twin.weights[name]!)].map((each) =>
      Array.from(each.dataSync()),
    ) as [number[], number[], number[], number[]];
    expect(after[0]).toEqual(after[1]);
    for (const values of after) expect([...values].sort()).toEqual([...before].sort());
    if (weight.rank < 2) expect(after[0], name).toEqual(before);
    else {
      expect(after[0], name).not.toEqual(before);
      expect(after[0], name).not.toEqual(after[2]);
    }
  }
  for (const each of [...twins, specimen]) each.dispose();
});
