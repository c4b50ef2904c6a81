import { clusterIntervals, estimateOf, percentOf } from '../harness/cluster-interval';
import { defineClaim } from '../harness/define-claim';
import type { Criterion, Part } from '../harness/verdict';
import { atPaperSize } from './at-paper-size';
import { range } from './depth-series';
import { negativeControls } from './negative-controls';
import type { Reading } from './reading';
import { BUDGET, deviations, INTERVALS, NEEDS, readoutNote, SAMPLE } from './shared-record';
import { stopWordTokens } from './stop-words';
import { gevaSubject, type Subject } from './subject';

/** A prefix of fewer tokens than this is short, as in the paper. */
const SHORT = 5;
const WHY =
  'The shares depend on the list of stop words, on the vocabulary, and on how common agreement is: an exception in the paper’s model, the rule in one of 512 cells and 4,096 tokens.';

const controls = negativeControls({
  untrained: { expected: 'an untrained model knows no stop words, so the first difference is about 0' },
  shuffled: { expected: 'agreement by accident, whatever follows, so the first difference is about 0' },
});

defineClaim(
  {
    schemaVersion: 1,
    id: 'geva-2021/c9-exceptions-trivial',
    title: 'Where a cell does agree with its layer, the case is trivial',
    locator: 'arXiv 2012.14913 v2, section 5.1, text',
    claim:
      'Among prefixes for which some cell’s top token is the layer’s prediction, 60 % have a stop word as target token, and in 43 % the prefix is shorter than 5 tokens.',
    kind: 'measured',
    estimand: `Share of (layer, prefix) pairs whose target, the next token of the sentence, is a stop word, and share of those with a prefix of fewer than ${SHORT} tokens: where some cell agrees, ∃i: top(vᵢ) = top(y), minus where none does, points; ${SAMPLE}`,
    expected: {
      statement:
        'both shares are larger where a cell agrees than where none does: otherwise agreement has nothing to do with them',
      source:
        'The paper gives the two shares among agreeing prefixes and none among the others; that the cases are exceptional follows only if they differ. No pilot.',
    },
    sesoi: { value: 3, unit: 'points', why: 'a twentieth of the paper’s share of stop words' },
    decision:
      'Reproduced in direction if among agreeing pairs stop words are more frequent by more than 3 points, and short prefixes too (each 95 %). The paper’s shares, 60 ± 8 % and 43 ± 8 %, are declared but not asserted at scale mini, so there the claim can at best be partially reproduced.',
    scales: ['mini', 'checkpoint'],
    controls: controls.records,
    needs: NEEDS,
    restsOn: ['P13'],
    budget: BUDGET,
  },
  async (context) => {
    const subject = await gevaSubject(context);
    const { trained, untrained, clusters, seed } = subject;
    const ours = pairsOf(trained, subject);
    const [stops] = clusterIntervals(clusters, [{ label: 'stop words', of: shareWhere(ours, 'stop', true) }], {
      level: 0.95,
      seed,
    });
    const ones = new Float64Array(clusters.length).fill(1);
    const told = (pairs: Pairs) =>
      (['stop', 'short'] as const).map((name) =>
        [true, false].map((agreeing) => shareWhere(pairs, name, agreeing)(ones)),
      );
    const [[stop, otherStop], [short, otherShort]] = told(ours) as [[number, number], [number, number]];
    const against = (pairs: Pairs) => told(pairs).map(([yes, no]) => `${yes!.toFixed(0)} against ${no!.toFixed(0)} %`);
    const control = pairsOf(untrained, subject);
    const predicted = stopWordShare(trained, subject);
    const agreeing = trained.layers.map(({ zero }) => 100 - percentOf(zero.all)(ones));
    return {
      sentence: `Where a cell agrees, the next token is a stop word in ${stop.toFixed(0)} % and the prefix has fewer than ${SHORT} tokens in ${short.toFixed(0)} %; where none does, ${otherStop.toFixed(0)} and ${otherShort.toFixed(0)} % (paper: 60 and 43 %, without the others). Untrained: ${against(control).join(' and ')}.`,
      headline: { name: 'stop-word targets where a cell agrees', unit: '%', method: INTERVALS, ...estimateOf(stops!) },
      n: clusters.length,
      dropped: subject.sample.dropped,
      criteria: criteriaOf(ours, subject),
      controls: controls.outcomes(subject, (reading) => {
        const pairs = pairsOf(reading, subject);
        const [stopWords, shortOnes] = against(pairs);
        return { criteria: criteriaOf(pairs, subject), detail: `stop words ${stopWords}, short prefixes ${shortOnes}` };
      }),
      deviations: [
        ...deviations(subject),
        readoutNote(trained.readout),
        'Stop words: the 108 English ones of the npm package stopword; the paper names no list. The target is the next token of the sentence; prefixes that are whole sentences have none and count among the short ones only.',
        `Agreement is common at this size: in ${range(agreeing)} % of the prefixes, by layer (paper: 4 to 33 %).`,
      ],
      figures: [
        {
          kind: 'stacked',
          title: 'Stop-word targets and short prefixes, where a cell agrees with its layer and where none does',
          unit: '% of (layer, prefix) pairs',
          axis: 'stop: next token is a stop word; short: fewer than 5 tokens; +: a cell agrees, −: none does',
          parts: ['share'],
          panels: [
            { name: 'paper', role: 'paper', labels: ['stop +', 'short +'], layers: [[60], [43]] },
            ...(
              [
                [subject.scale, 'ours', told(ours)],
                ['untrained', 'untrained', told(control)],
              ] as const
            ).map(([name, role, shares]) => ({
              name,
              role,
              labels: ['stop +', 'stop −', 'short +', 'short −'],
              layers: shares.flat().map((share) => [share]),
            })),
          ],
          note: 'The paper’s shares are those of its text.',
        },
      ],
      tables: [
        {
          title: 'Where a cell agrees: stop words among the block’s own predictions top(y), %',
          columns: ['model', 'agreeing pairs', 'others'],
          rows: [
            ['trained', ...predicted],
            ['untrained', ...stopWordShare(untrained, subject)],
          ],
        },
      ],
    };
  },
);

/** One entry per layer and prefix. */
interface Pairs {
  /** Prefix of each pair. */
  prefix: Int32Array;
  agrees: boolean[];
  /** Undefined where there is no next token. */
  stop: (boolean | undefined)[];
  short: boolean[];
}

function pairsOf({ layers }: Reading, { sample, tokenizer }: Subject): Pairs {
  const stops = stopWordTokens(tokenizer);
  const { prefixes } = sample;
  const all = layers.flatMap(({ zero }) =>
    prefixes.map(({ prefix, next }, i) => ({
      i,
      agrees: !zero.all[i],
      stop: next === undefined ? undefined : stops[next]!,
      short: prefix.length < SHORT,
    })),
  );
  return {
    prefix: Int32Array.from(all, ({ i }) => i),
    agrees: all.map(({ agrees }) => agrees),
    stop: all.map(({ stop }) => stop),
    short: all.map(({ short }) => short),
  };
}

/** Share (percent) of what is true among agreeing or other pairs; a prefix weighs as much in every layer. */
function shareWhere({ prefix, agrees, ...truths }: Pairs, name: 'stop' | 'short', agreeing: boolean) {
  const kept = Array.from(agrees.keys()).filter((i) => agrees[i] === agreeing && truths[name][i] !== undefined);
  const [places, hits] = [kept.map((i) => prefix[i]!), kept.map((i) => truths[name][i])];
  return (weights: Float64Array): number => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < places.length; i++) {
      const weight = weights[places[i]!]!;
      total += weight;
      if (hits[i]) sum += weight;
    }
    return (100 * sum) / total;
  };
}

function stopWordShare({ layers }: Reading, { tokenizer }: Subject): number[] {
  const stops = stopWordTokens(tokenizer);
  return [true, false].map((agreeing) => {
    const tokens = layers.flatMap(({ y, zero }) => Array.from(y).filter((_, i) => !zero.all[i] === agreeing));
    return (100 * tokens.filter((token) => stops[token]).length) / tokens.length;
  });
}

function criteriaOf(pairs: Pairs, { clusters, seed, scale }: Subject): Criterion[] {
  const names = ['stop', 'short'] as const;
  const [stopMore, shortMore, stops, shorts] = clusterIntervals(
    clusters,
    [
      ...names.map((name) => {
        const [yes, no] = [true, false].map((agreeing) => shareWhere(pairs, name, agreeing));
        return { label: 'agreeing minus others', of: (weights: Float64Array) => yes!(weights) - no!(weights) };
      }),
      ...names.map((name) => ({ label: 'agreeing', of: shareWhere(pairs, name, true) })),
    ],
    { level: 0.95, seed },
  );
  const declared = (name: string, statement: string, middle: number, part: Part) =>
    atPaperSize(scale, WHY, {
      name,
      statement,
      kind: 'band',
      low: middle - 8,
      high: middle + 8,
      sesoi: 8,
      level: 0.95,
      parts: [part],
    });
  return [
    {
      name: 'stop-words',
      statement: 'Stop-word targets are more frequent where a cell agrees (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 3,
      level: 0.95,
      parts: [stopMore!],
    },
    {
      name: 'short-prefixes',
      statement: 'Short prefixes are more frequent where a cell agrees (points)',
      kind: 'direction',
      from: 0,
      side: 'above',
      sesoi: 3,
      level: 0.95,
      parts: [shortMore!],
    },
    declared('paper-stop-words', '60 ± 8 % stop words', 60, stops!),
    declared('paper-short', '43 ± 8 % short prefixes', 43, shorts!),
  ];
}
