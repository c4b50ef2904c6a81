import { above, atLeast, claim, effect, stat } from '../../../claim';
import { untrained } from '../../../conditions';
import { REORDERING_HARMS } from '../contrary';
import { SHUFFLES, shuffled, staying } from '../materials/orders';
import { byStaying, listByModel, orderBars, ownAccuracy } from '../swaps';

export default claim('zhao-2021/a10-shuffles', {
  title: 'The fewer layers stay in place, the worse a shuffled model predicts',
  locator: 'arXiv 2101.04547 v4; the curve could not be read',
  says: 'With k layers in place and the others in random order, accuracy falls monotonically as k falls. (That three more epochs recover much is a claim of its own.)',
  estimand:
    'Accuracy at masked tokens (next tokens, of a causal model) right after a shuffle that leaves exactly k layers in place, mean over orders, percent',
  material: shuffled,
  needs: ['depth'],
  restsOn: ['CO1', 'CO5', 'IN1', 'IN2'],
  contrary: [
    REORDERING_HARMS,
    'Random orders of the middle layers of BERT-Large degrade gracefully after fine-tuning, and better than the reversed order (Sun et al., Transformer Layers as Painters).',
  ],
  measure: (material) => ({
    material,
    stay: staying(material.layers),
    own: ownAccuracy(material),
    // [k, from L − 2 down][model]
    means: byStaying(material, 'accuracy'),
    loss: byStaying(material, 'loss'),
  }),
  criteria: ({ means, loss }) => ({
    falls: [
      'With each layer less in place accuracy does not rise by more than 2 points (points lost)',
      atLeast(
        -2,
        means.slice(1).flatMap((fewer, i) => stat.excess(means[i]!, fewer)),
        effect(1, 'points'),
      ),
    ],
    'all-moved': [
      'With no layer in place less is left than with all but two (points)',
      above(0, stat.excess(means[0]!, means.at(-1)!), effect(3, 'points', 'a tenth of what the calibration run lost')),
    ],
    'all-moved-loss': [
      'With no layer in place the loss is higher than with all but two (nats)',
      above(0, stat.excess(loss.at(-1)!, loss[0]!), effect(0.2, 'nats')),
    ],
  }),
  headline: ({ means }) => ['accuracy with no layer in place, first seed', '%', means.at(-1)![0]!],
  detail: ({ own, means }) => `${stat.list(own, 1)} %; shuffled ${stat.rangeOf(means.flat(), 1)} %`,
  sentence: ({ ours, untrained }) =>
    `With ${ours.stay.join(', ')} layers in place accuracy is ${listByModel(ours.means)} %, from ${stat.list(ours.own, 1)} %; untrained ${stat.rangeOf(untrained.means.flat(), 1)} %.`,
  controls: [untrained.mustNotReproduce('accuracy near 0 in any order: nothing is lost when all layers have moved')],
  deviations: () => [
    `Exactly k layers stay, and at most ${SHUFFLES} orders are drawn for each k; the paper holds k and permutes the others freely, 100 times. The intervals are over text and take the orders as they are.`,
  ],
  figure: ({ ours: { material, own, means, stay } }) =>
    orderBars('Accuracy by layers in place', ['accuracy', '%'], material, {
      'own order': own,
      ...Object.fromEntries(means.map((orders, i) => [`${stay[i]} in place`, orders])),
    }),
});
