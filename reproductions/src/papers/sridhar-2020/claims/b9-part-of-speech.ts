import { above, between, claim, draw, effect, stat } from '../../../claim';
import { permutedWeights, untrained } from '../../../conditions';
import { type PartOfSpeech, partOfSpeech } from '../materials/part-of-speech';
import { shuffledRowLabels } from '../probes';

/** The margin of B5, points. */
const MARGIN = 3;
const best = ({ after }: PartOfSpeech) => after.accuracy[after.best]!;

export default claim('sridhar-2020/b9-part-of-speech', {
  title: 'Linear probes read parts of speech as well before a feed-forward block as after it',
  locator: 'an extension of B5 to models that are already trained',
  says: 'The paper probes models trained without some of their blocks. Here every layer of a trained model is probed for parts of speech, before its feed-forward block and after it: does a block make them easier to read?',
  kind: 'extension',
  estimand:
    'Test accuracy, percent, of a linear probe (least squares on classes) for the universal part of speech of a word, read at its first piece, at every layer before its feed-forward block and at the block output',
  source: 'The margins are those of B5. Fixed before measuring.',
  material: partOfSpeech,
  restsOn: ['PR1', 'PR2', 'PR3'],
  measure: (probes) => probes,
  criteria: ({ before, after }, { untrained }) => ({
    'as-well-before': [
      `In every layer the block changes the accuracy by at most ${MARGIN} points (after minus before)`,
      between([-MARGIN, MARGIN], stat.excess(after.accuracy, before.accuracy), effect(MARGIN, 'points')),
    ],
    selective: [
      'In every layer the probe does better than on its control task, a random part of speech for each word form (points)',
      above(0, after.selectivity, effect(5, 'points')),
    ],
    'beyond-untrained': [
      'At its best layer it reads more than at the best layer of an untrained model (points)',
      above(0, stat.excess([after.accuracy[after.best]!], [best(untrained)], 'best layer'), effect(MARGIN, 'points'), {
        notAskedOf: ['untrained'],
      }),
    ],
  }),
  headline: (probes) => ['accuracy at the best layer', '%', best(probes)],
  detail: ({ before, after }) =>
    `before ${stat.rangeOf(before.accuracy)} %, after ${stat.rangeOf(after.accuracy)} %, selectivity ${stat.rangeOf(after.selectivity)} points`,
  sentence: ({ ours, untrained }) =>
    `Layer by layer, a probe for parts of speech is right in ${stat.list(ours.before.accuracy, 1)} % before the feed-forward block and ${stat.list(ours.after.accuracy, 1)} % after it (selectivity ${stat.list(ours.after.selectivity, 1)} points; untrained, best layer: ${stat.list([best(untrained)], 1)} %; always the most frequent class: ${ours.majority.toFixed(1)} %).`,
  controls: [
    permutedWeights.mustNotReproduce('a probe reads no more than which word it is, as in an untrained model'),
    untrained.shownOnly('the third criterion compares with it', 'fewer parts of speech, and as many before as after'),
    shuffledRowLabels,
  ],
  figure: ({ ours, untrained, estimate, names }) =>
    draw.depth('A linear probe for parts of speech', '% right', { note: 'Whiskers: 95 % intervals.' }, [
      draw.line('after the feed-forward block', 'ours', draw.whiskers(estimate(ours.after.accuracy)), 0),
      draw.line('before it', 'ours', draw.whiskers(estimate(ours.before.accuracy)), 1),
      draw.line(names.untrained, 'untrained', untrained.after.accuracy.map(stat.plainly)),
      draw.line(
        'always the most frequent class',
        'shuffled',
        ours.after.accuracy.map(() => ours.majority),
      ),
    ]),
});
