import { above, between, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { FIT_IS_NO_PROMISE } from '../contrary';
import * as effects from '../effects';
import { CONTROL } from '../materials/continued';
import { intervened } from '../materials/interventions';
import { halfOf, KIND_NAMES, lowestName } from '../materials/kinds';

export default claim('zhao-2021/a4-replaced-or-removed', {
  title: 'An MLP replaced by an affine map is as bad as none, once the rest is trained further',
  locator: 'arXiv 2101.04547 v4; the curves could not be read',
  says: 'Models whose MLPs are replaced by linear approximators perform about like those without these MLPs, after three epochs of fine-tuning: what is not linear in them is what matters.',
  estimand:
    'Accuracy at masked tokens lost when MLPs are replaced by their affine maps or removed (skips and LayerNorms stay), right after and after further training of all other weights, relative to the unchanged model with the same training, points',
  material: intervened,
  restsOn: ['IN3', 'IN4', 'IN5', 'NL1'],
  contrary: [
    FIT_IS_NO_PROMISE,
    'In the authors’ script "removed" MLPs keep small random weights, which are never set to zero; here they are zero, and the table shows both.',
  ],
  measure(material) {
    const [half, all] = [halfOf(material.layers), material.layers];
    const afterTraining = (kind: 'MLP replaced' | 'MLP removed') =>
      [half, all].map((count) => effects.lost(material, lowestName(kind, count), 'after'));
    return {
      material,
      alone: (['MLP replaced', 'MLP removed'] as const).map((kind) => effects.meanLostAlone(material, kind)),
      replaced: afterTraining('MLP replaced'),
      removed: afterTraining('MLP removed'),
    };
  },
  criteria({ material, alone: [replacedAlone, removedAlone], replaced, removed }) {
    const halved = removedAlone!.map(({ units, label, of }) =>
      stat.statistic(units, label, (weights) => of(weights) / 2),
    );
    return {
      predicts: effects.somethingToLose(material),
      'right-after': [
        'Right after, the affine map of one MLP costs less than half of its removal (half of the removal’s points minus the map’s, mean over layers)',
        above(0, stat.excess(halved, replacedAlone!), effect(0.5, 'points')),
      ],
      alike: [
        'After further training models with affine maps and with nothing are at most 2 points apart, with half of the MLPs and with none',
        between(
          [-2, 2],
          stat.excess(removed.flat(), replaced.flat()),
          effect(1, 'points'),
          effects.afterLongTraining(material),
        ),
      ],
      'both-lose': [
        'After further training affine maps in all layers still cost accuracy (points lost)',
        above(0, replaced[1]!, effect(2, 'points'), effects.afterLongTraining(material)),
      ],
    };
  },
  headline: ({ removed, replaced }) => [
    'lost without any MLP minus lost with affine maps, after training, first seed',
    'points',
    stat.excess(removed[1]!, replaced[1]!)[0]!,
  ],
  detail: ({ alone: [replaced, removed] }) =>
    `one layer: replaced ${stat.list(replaced!, 1)}, removed ${stat.list(removed!, 1)} points lost`,
  sentence: ({
    ours: {
      material,
      alone: [one, none],
      replaced,
      removed,
    },
  }) =>
    `From ${stat.list(effects.accuracyOf(material, CONTROL, 'before'), 1)} % in each seed, an affine map for one MLP costs ${stat.list(one!, 1)} points on average and its removal ${stat.list(none!, 1)}; after further training maps for all MLPs cost ${stat.list(replaced[1]!, 1)} and their removal ${stat.list(removed[1]!, 1)}, for half of them ${stat.list(replaced[0]!, 1)} and ${stat.list(removed[0]!, 1)}.`,
  controls: [
    untrained.mustNotReproduce('nothing to lose: the loss is not below that of a unigram model'),
    effects.trainingKeeps,
  ],
  figure: ({ ours: { material }, names, estimate }) =>
    effects.aloneFigure(material, ['MLP replaced', 'MLP removed'], names, estimate),
  table: ({ ours: { material } }) => [effects.aloneTable(material, KIND_NAMES), effects.trialTable(material)],
});
