import { compositionCase } from '@interlayer/ffn-memory';
import { clusterIntervals, estimateOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion } from '../harness/verdict';
import { COMPARED, negativeControls } from './negative-controls';
import type { Reading } from './reading';
import { relatedPairs } from './related-tokens';
import { BUDGET, deviations, INTERVALS, NEEDS, readoutNote, SAMPLE } from './shared-record';
import { gevaSubject, type Subject } from './subject';

const controls = negativeControls({
  untrained: { expected: 'what nearness of vectors makes without any meaning', reported: COMPARED },
  shuffled: { expected: 'blocks that say what no key asked for move to tokens as unrelated as the untrained model’s' },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c13-composition-distant',
    title: 'Last-layer composition mostly moves to a distant word (proxy)',
    locator: 'arXiv 2012.14913 v2, section 5.2, text',
    claim:
      'Of 100 compositions of the last layer, read by hand, 66 move to a semantically distant word (people to same) and 34 to a related one (later to earlier).',
    kind: 'proxy',
    estimand: `A stand-in for human readers: share of the last layer's composition cases in which top(r) and top(o) are related: same stem, or a cosine of their embeddings above the 95th percentile of shuffled word pairs, percent; ${SAMPLE}`,
    expected: {
      statement: 'related pairs are more frequent than in the untrained model, and fewer than half',
      source:
        'Direction: the paper’s 34 of 100, by another measure. No pilot. The first rule compared with shuffled word pairs; the untrained model passed it (21 % related against 5 %), since the tops of two like vectors have like embeddings whatever they mean.',
    },
    sesoi: { value: 5, unit: 'points', why: 'as much as the threshold lets pass by chance' },
    decision:
      'Reproduced, as far as a proxy can tell, if the share of related pairs exceeds the untrained model’s by more than 5 points and lies below 50 % (each 95 % over addresses).',
    scales: ['mini', 'checkpoint'],
    controls: [
      ...controls.records,
      {
        name: 'shuffled word pairs',
        kind: 'negative',
        description: 'Tokens of the same frequencies, paired at random',
        expected: 'related in about 5 %',
      },
    ],
    needs: NEEDS,
    restsOn: ['P6', 'P7'],
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { trained, untrained, shuffled, clusters, seed } = subject;
    const ours = compositionsOf(trained, subject, 'trained');
    const control = compositionsOf(untrained, subject, 'untrained');
    const mispaired = compositionsOf(shuffled, subject, 'shuffled');
    const [part] = clusterIntervals(clusters, [{ label: 'related', of: ours.share }], { level: 0.95, seed });
    const told = ({ pairs, estimate }: Compositions) =>
      pairs.length ? `${estimate.toFixed(0)} % of ${pairs.length}` : 'no composition';
    const one = (text: number) => subject.tokenizer.idToToken(text) ?? '?';
    const some = (related: boolean) =>
      ours.pairs
        .filter((_, i) => ours.related[i] === related)
        .slice(0, 8)
        .map(({ from, to }) => [related ? 'related' : 'distant', one(from), one(to)]);
    return {
      sentence: `In ${part!.estimate.toFixed(0)} % of ${ours.pairs.length} last-layer compositions the new token is related to the residual's (shuffled word pairs: ${ours.chance.toFixed(1)} %; paper, by hand: 34 %); untrained ${told(control)}, keys with shuffled values ${told(mispaired)}.`,
      headline: {
        name: 'related pairs among last-layer compositions',
        unit: '%',
        method: INTERVALS,
        ...estimateOf(part!),
      },
      n: ours.pairs.length,
      dropped: subject.sample.dropped,
      criteria: criteriaOf(ours, control, subject),
      controls: [
        ...controls.outcomes({ untrained: control, shuffled: mispaired }, (found, which) => ({
          ...(which === 'shuffled' ? { criteria: criteriaOf(found, control, subject) } : {}),
          detail: `related: ${told(found)}`,
        })),
        {
          name: 'shuffled word pairs',
          kind: 'negative',
          outcome: ours.chance < 10 ? 'passed' : 'failed',
          detail: `${ours.chance.toFixed(1)} % related`,
        },
      ],
      deviations: [
        ...deviations(subject),
        readoutNote(trained.readout),
        'Nobody reads: relatedness is a stem or a cosine of the model’s own embeddings, and pieces of words are tokens too.',
      ],
      figures: [
        {
          kind: 'stacked',
          title: 'What last-layer compositions move to',
          unit: '% of compositions',
          axis: 'model',
          parts: ['related word', 'distant word'],
          panels: [
            { name: 'paper (people)', role: 'paper', labels: [''], layers: [[34, 66]] },
            {
              name: `${subject.scale} (proxy)`,
              role: 'ours',
              labels: [''],
              layers: [[part!.estimate, 100 - part!.estimate]],
            },
            {
              name: 'untrained (proxy)',
              role: 'untrained',
              labels: [''],
              layers: [sharesOf(control)],
            },
            { name: 'shuffled (proxy)', role: 'shuffled', labels: [''], layers: [sharesOf(mispaired)] },
            {
              name: 'word pairs',
              role: 'ours',
              labels: [''],
              layers: [[ours.chance, 100 - ours.chance]],
            },
          ],
        },
      ],
      tables: [
        {
          title: 'The first compositions of the sample: the residual’s token, and the layer’s',
          columns: ['by the proxy', 'top(r)', 'top(o)'],
          rows: [...some(true), ...some(false)],
        },
      ],
    };
  },
);

interface Compositions {
  pairs: { from: number; to: number }[];
  related: boolean[];
  /** Share (percent) of related pairs, by weights of the prefixes; and unweighted. */
  share(weights: Float64Array): number;
  estimate: number;
  /** Share among shuffled pairs, percent. */
  chance: number;
}

function compositionsOf(
  { layers }: Reading,
  { embeddings, tokenizer, seed }: Subject,
  which: keyof Subject['embeddings'],
): Compositions {
  const { r, y, o } = layers.at(-1)!;
  const places = Array.from(r.keys()).filter((i) => compositionCase(r[i]!, y[i]!, o[i]!) === 'composition');
  const pairs = places.map((i) => ({ from: r[i]!, to: o[i]! }));
  const { related, shuffled } = relatedPairs(pairs, embeddings[which], tokenizer, seed);
  const percent = (truths: readonly boolean[]) => (100 * truths.filter(Boolean).length) / truths.length;
  return {
    pairs,
    related,
    share(weights) {
      let [sum, total] = [0, 0];
      for (const [k, i] of places.entries()) {
        total += weights[i]!;
        if (related[k]) sum += weights[i]!;
      }
      return (100 * sum) / total;
    },
    estimate: percent(related),
    chance: shuffled.length ? percent(shuffled) : 0,
  };
}

const sharesOf = ({ pairs, estimate }: Compositions): number[] => (pairs.length ? [estimate, 100 - estimate] : [0, 0]);

function criteriaOf(ours: Compositions, control: Compositions, { clusters, seed }: Subject): Criterion[] {
  const one = (label: string, of: (weights: Float64Array) => number) =>
    clusterIntervals(clusters, [{ label, of }], { level: 0.95, seed });
  return [
    {
      name: 'some-related',
      statement: 'Related pairs are more frequent than in the untrained model (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 5,
      level: 0.95,
      parts: one('trained minus untrained', (weights) => ours.share(weights) - control.share(weights)),
    },
    {
      name: 'mostly-distant',
      statement: 'Fewer than half of the pairs are related (%)',
      kind: 'band',
      low: null,
      high: 50,
      sesoi: 5,
      level: 0.95,
      parts: one('related', ours.share),
    },
  ];
}
