import { weightedMean } from '@interlayer/stats';
import { above, type CheckControl, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { type AttentionAlone, attentionAlone, STACKS } from '../materials/attention-alone';

const statistics = ({ models, units }: AttentionAlone, of: 'accuracy' | 'loss') =>
  models.map((scores, i) => stat.statistic(units, STACKS[i]!, weightedMean(scores[of])));

/** Below a unigram model by half a nat: a stack that has learned nothing says nothing about what it could learn. */
const allLearned: CheckControl<AttentionAlone, unknown> = {
  record: {
    name: 'every stack has learned to predict',
    kind: 'positive',
    description: 'The loss of each of the three models on the same tokens',
    expected: 'at least half a nat below that of a unigram model',
  },
  check([material]) {
    const unigram = weightedMean(material!.unigram);
    const below = statistics(material!, 'loss').map(({ units, label, of }) =>
      stat.statistic(units, label, (weights) => unigram(weights) - of(weights)),
    );
    const stuck = below.filter((each) => stat.plainly(each) < 0.5).map(({ label }) => label);
    return {
      passed: stuck.length === 0,
      detail: stuck.length
        ? `${stuck.join(' and ')} never left the plateau at the unigram loss (${stat.list(below, 2)} nats below it)`
        : `${stat.list(below, 2)} nats below it`,
    };
  },
};

export default claim('zhao-2021/a7-attention-alone', {
  title: 'Attention blocks cannot simply take the place of feed-forward blocks',
  locator: 'arXiv 2101.04547 v4; the table could not be read',
  says: 'A BERT that is pre-trained without feed-forward blocks is worse, also where more attention blocks make up for their parameters.',
  estimand: 'Accuracy at masked tokens of the full model minus that of stacks of attention alone, points',
  material: attentionAlone,
  contrary: [
    'In the calibration run six attention blocks alone were as accurate at equal steps as the full model (52.4 and 53.0 %), though it was small and briefly trained.',
    'Half or a third of the feed-forward blocks were enough for a paper about the same question (Sridhar and Sarah, arXiv 2012.11881).',
  ],
  measure: (material) => statistics(material, 'accuracy'),
  criteria: ([base, ...stacks]) => ({
    worse: [
      'The full model is more accurate than each stack of attention alone (points)',
      above(0, stat.excessOver(base!, stacks), effect(1, 'points'), {
        notAssertedAtMini:
          'a small model that is trained briefly has little use for feed-forward blocks: reported only',
      }),
    ],
  }),
  headline: ([base, noFfn]) => [
    'full model minus six attention blocks alone',
    'points',
    stat.excess([base!], [noFfn!])[0]!,
  ],
  detail: (accuracies) => `accuracy ${stat.list(accuracies, 1)} %`,
  sentence: ({ ours: [base, noFfn, attentionOnly] }) =>
    `The full model gets ${stat.list([base!], 1)} % of the masked tokens right, attention alone in as many layers ${stat.list([noFfn!], 1)} %, in three times as many, for equal parameters, ${stat.list([attentionOnly!], 1)} %.`,
  controls: [untrained.mustNotReproduce('accuracy near 0 in all stacks'), allLearned],
});
