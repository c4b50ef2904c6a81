import { atLeast, atMost, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import * as effects from '../effects';
import { CONTROL } from '../materials/continued';
import { intervened } from '../materials/interventions';
import { halfOf, lowestName } from '../materials/kinds';

export default claim('zhao-2021/a5-attention-matters-more', {
  title: 'Removing MLPs hurts less than removing attention',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'Removing MLPs costs less accuracy than removing the output of self-attention, after three epochs of fine-tuning. (The first half of A5.)',
  estimand:
    'Accuracy at masked tokens lost when MLPs, or the outputs of attention, are removed (skips and LayerNorms stay), relative to the unchanged model, points',
  material: intervened,
  restsOn: ['IN3', 'IN4', 'IN5'],
  contrary: [
    'In the calibration run single layers went the other way in four of six: one early attention layer carried nearly all of what attention is worth.',
  ],
  measure(material) {
    const { layers } = material;
    const kinds = ['MLP removed', 'attention removed'] as const;
    return {
      material,
      alone: kinds.map((kind) => effects.meanLostAlone(material, kind)),
      all: kinds.flatMap((kind) => effects.accuracyAtOnce(material, kind, layers)),
      trained: kinds.map((kind) => effects.lost(material, lowestName(kind, halfOf(layers)), 'after')),
    };
  },
  criteria({ material, alone: [mlp, attention], all, trained: [mlpAfter, attentionAfter] }) {
    const guess = effects.guess(material);
    return {
      predicts: effects.somethingToLose(material),
      'right-after': [
        'Right after, one MLP removed costs at most a point more than one attention, mean over layers (attention minus MLP)',
        atLeast(-1, stat.excess(attention!, mlp!), effect(1, 'points')),
      ],
      all: [
        'Without any MLP, or without any attention, right after at most 2 points are left beyond what the most frequent token gets',
        atMost(2, stat.excess(all, [...guess, ...guess]), effect(1, 'points')),
      ],
      trained: [
        'After further training half of the MLPs cost at most a point more than half of the attention (attention minus MLPs)',
        atLeast(-1, stat.excess(attentionAfter!, mlpAfter!), effect(1, 'points'), effects.afterLongTraining(material)),
      ],
    };
  },
  headline: ({ alone: [mlp, attention] }) => [
    'lost by removing one attention minus one MLP, mean over layers, first seed',
    'points',
    stat.excess(attention!, mlp!)[0]!,
  ],
  detail: ({ alone: [mlp, attention] }) =>
    `one MLP ${stat.list(mlp!, 1)}, one attention ${stat.list(attention!, 1)} points lost`,
  sentence: ({
    ours: {
      material,
      alone: [mlp, attention],
      all,
      trained: [mlpAfter, attentionAfter],
    },
  }) =>
    `From ${stat.list(effects.accuracyOf(material, CONTROL, 'before'), 1)} % in each seed, removing one MLP costs ${stat.list(mlp!, 1)} points on average, one attention ${stat.list(attention!, 1)}; with no MLP at all, or no attention, ${stat.list(all, 1)} % are left. After further training, half of the MLPs cost ${stat.list(mlpAfter!, 1)}, half of the attention ${stat.list(attentionAfter!, 1)}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  table: ({ ours: { material } }) =>
    effects.aloneTable(material, ['MLP removed', 'attention removed', 'layer removed']),
});
