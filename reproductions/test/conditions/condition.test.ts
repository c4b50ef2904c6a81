import { useBackend } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { shuffledPairs, untrained } from '../../src/conditions';
import { valuesOf } from '../../src/subjects/specimen';
import { paperLike } from '../subjects/tiny-models';

it('a control says what is asked of which model, and whether it has a say', () => {
  const judged = untrained.mustNotReproduce('nothing holds');
  expect(judged).toMatchObject({ judged: true, condition: { id: 'untrained' } });
  expect(judged.record).toEqual({
    name: 'untrained model',
    kind: 'negative',
    description:
      'The same criteria, asked of the untrained model of the same shape; it may not meet all of those that are asserted',
    expected: 'nothing holds',
  });
  const shown = shuffledPairs.shownOnly('it cannot break', 'everything holds');
  expect(shown).toMatchObject({ judged: false, condition: { id: 'shuffled' } });
  expect(shown.record).toEqual({
    name: 'shuffled pairs',
    kind: 'negative',
    description:
      'The same criteria, asked of the trained model, its values dealt out anew among the keys of their layer; shown without a say in the verdict: it cannot break',
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
