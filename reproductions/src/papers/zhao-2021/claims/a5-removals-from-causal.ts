import { weightedMean } from '@interlayer/stats';
import { above, atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { REMOVED, type Removed, removalIndices, removals } from '../materials/removals';
import { belowUnigram, meansAt, ownAccuracy } from '../swaps';

export default claim('zhao-2021/a5-removals-from-causal', {
  title: 'In a causal model, too, removing MLPs hurts less than removing attention',
  locator: 'arXiv 2101.04547 v4, where it is said of BERT after fine-tuning',
  says: 'Removing MLPs costs less accuracy than removing the output of self-attention, and that as much as removing the layer. (Of BERT, after three epochs of fine-tuning; asked here of a causal model, right after.)',
  kind: 'extension',
  estimand:
    'Accuracy at next tokens lost when the MLP, the output of attention, or both are removed from one layer (skips and norms stay), mean over layers, points',
  material: removals,
  restsOn: ['IN3', 'IN4', 'IN5'],
  contrary: [
    'In the calibration run on a small BERT single layers went the other way in four of six: one early attention layer carried nearly all of what attention is worth.',
  ],
  measure(material) {
    const own = ownAccuracy(material);
    const after = (kind: Removed, when: 'alone' | 'all', of: 'accuracy' | 'loss') =>
      meansAt(material, kind, [removalIndices(material.layers, kind)[when]].flat(), of);
    const [mlp, attention, layer] = REMOVED.map((kind) => stat.excess(own, after(kind, 'alone', 'accuracy')));
    const unigram = weightedMean(material.unigram);
    const beyond = REMOVED.flatMap((kind) =>
      after(kind, 'all', 'loss').map(({ units, label, of }) =>
        stat.statistic(units, `${label} from all layers`, (weights) => of(weights) - unigram(weights)),
      ),
    );
    return { material, own, below: belowUnigram(material), mlp: mlp!, attention: attention!, layer: layer!, beyond };
  },
  criteria: ({ below, mlp, attention, layer, beyond }) => ({
    predicts: [
      'The model has something to lose: its loss is at least half a nat below that of a unigram model',
      above(0, below, effect(0.5, 'nats', 'a model that predicts from nothing loses nothing')),
    ],
    'mlp-less': [
      'One MLP removed costs at most a point more than one attention, mean over layers (attention minus MLP)',
      atLeast(-1, stat.excess(attention, mlp), effect(1, 'points')),
    ],
    'layer-most': [
      'A layer removed costs no less than its MLP or its attention alone',
      atLeast(0, [...stat.excess(layer, mlp), ...stat.excess(layer, attention)], effect(1, 'points')),
    ],
    all: [
      'Without any MLP, any attention or any layer the loss is at least that of a unigram model (nats beyond it)',
      atLeast(0, beyond, effect(0.5, 'nats')),
    ],
  }),
  headline: ({ mlp, attention }) => [
    'lost by removing one attention minus one MLP, mean over layers',
    'points',
    stat.excess(attention, mlp)[0]!,
  ],
  detail: ({ mlp, attention, layer }) =>
    `MLP ${stat.list(mlp, 1)}, attention ${stat.list(attention, 1)}, layer ${stat.list(layer, 1)} points lost`,
  sentence: ({ ours, untrained }) =>
    `From ${stat.list(ours.own, 1)} %, removing one MLP costs ${stat.list(ours.mlp, 1)} points on average, one attention ${stat.list(ours.attention, 1)}, one layer ${stat.list(ours.layer, 1)}; with none at all the loss is ${stat.list(ours.beyond, 1)} nats beyond that of a unigram model. Untrained: from ${stat.list(untrained.own, 1)} %, ${stat.list(untrained.mlp, 1)}, ${stat.list(untrained.attention, 1)} and ${stat.list(untrained.layer, 1)} points.`,
  controls: [untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model')],
  table: ({ ours: { material } }) => ({
    title: 'Accuracy at next tokens (%) and loss (nats) right after a removal, first model',
    columns: ['layer', ...REMOVED.flatMap((kind) => [`${kind}: accuracy`, `${kind}: loss`])],
    rows: [...Array(material.layers).keys(), 'all' as const].map((layer) => [
      layer === 'all' ? layer : layer + 1,
      ...REMOVED.flatMap((kind) => {
        const { alone, all } = removalIndices(material.layers, kind);
        const at = layer === 'all' ? all : alone[layer]!;
        return (['accuracy', 'loss'] as const).map((of) => stat.plainly(meansAt(material, kind, [at], of)[0]!));
      }),
    ]),
  }),
});
