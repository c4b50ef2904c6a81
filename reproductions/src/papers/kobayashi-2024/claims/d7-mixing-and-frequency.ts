import { above, between, claim, draw, effect, stat } from '../../../claim';
import type { Criteria } from '../../../claim/criterion';
import { untrained } from '../../../conditions';
import { mixing } from '../materials/mixing';
import { byLayer, knownFrequencies, opposite, overall } from '../mixing-frequency';
import { publishedLike } from '../published-mixing';

export default claim('kobayashi-2024/d7-mixing-and-frequency', {
  title: 'The rarer a token, the less context is mixed into it',
  locator: 'Kobayashi et al. 2021 (arXiv 2109.07152), the predecessor: mixing ratio and frequency',
  says: 'Spearman’s ρ between the frequency rank of a token (1: the most frequent) and its mixing ratio is −0.54 in BERT-base.',
  estimand:
    'Spearman’s ρ between the rank of a token’s frequency in other text of the kind and its mixing ratio with LayerNorm (ATTNRESLN-N), mean over layers, over all unmasked tokens of the text',
  source: 'The predecessor’s numbers, printed to a hundredth; a band of 0.15 is ours, for other text and other counts.',
  material: mixing,
  restsOn: ['Q1', 'Q17'],
  contrary: [
    'The sign changes with size: −0.71 in BERT-large, −0.02 in BERT-medium, 0.19 in BERT-small, 0.42 in BERT-mini and 0.24 in BERT-tiny (the predecessor itself).',
    'Frequencies are counted in text of the kind that is read; those of the text that a model was trained on may rank tokens otherwise.',
  ],
  measure: (material, { scale }) => ({
    rho: overall(material),
    layers: byLayer(material),
    published: scale === 'paper' ? publishedLike(material) : undefined,
  }),
  criteria: ({ rho, published }): Criteria =>
    published
      ? {
          published: [
            `ρ is within 0.15 of the ${published.frequency} of ${published.name}`,
            between([published.frequency - 0.15, published.frequency + 0.15], rho, effect(0.05, 'of ρ')),
          ],
        }
      : {
          'rarer-less': [
            '−ρ is above 0, as in BERT-base and BERT-large',
            above(0, rho.map(opposite), effect(0.05, 'of ρ')),
          ],
        },
  headline: ({ rho }) => ['ρ of frequency rank and mixing ratio', '', rho[0]!],
  detail: ({ rho, layers }) => `ρ ${stat.list(rho, 2)}; by layer ${stat.list(layers, 2)}`,
  sentence: ({ ours, untrained }) =>
    `ρ is ${stat.list(ours.rho, 2)}, by layer of the first model ${stat.list(ours.layers, 2)}; untrained ${stat.list(untrained.rho, 2)}.`,
  controls: [
    untrained.mustNotReproduce('without training a token’s vector knows nothing of its frequency: about 0'),
    knownFrequencies,
  ],
  figure: ({ ours, untrained, names, estimate }) =>
    draw.depth('Frequency rank and mixing', 'Spearman’s ρ', { note: 'Whiskers: 95 % intervals.' }, [
      draw.line(names.ours, 'ours', draw.whiskers(estimate(ours.layers))),
      draw.line(names.untrained, 'untrained', untrained.layers.map(stat.plainly)),
    ]),
});
