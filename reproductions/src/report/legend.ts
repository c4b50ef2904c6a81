import { type Html, html } from '@interlayer/figures';
import { verdicts } from '../claim/schema';
import { verdictMark } from './verdict-mark';

const VERDICTS: Record<(typeof verdicts)[number], string> = {
  reproduced: 'The claim holds on this model: every criterion holds, and no control failed.',
  partially:
    'The claim holds in part: at least one criterion holds, and another fails, has the right sign but is smaller than matters, or is not asserted at this size.',
  'not reproduced': 'The claim does not hold on this model: no criterion holds, at least one fails, none is undecided.',
  inconclusive:
    'Undecided: an interval reaches across the edge that it would have to clear, a number could not be estimated, or a control failed.',
  'not run': 'The claim could not be measured on this model; the reason stands beside it.',
};

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'criterion',
    'A rule about measured numbers, fixed before measuring. It holds where the whole interval of each of its parts (such as layers) lies on the right side of an edge.',
  ],
  [
    'interval',
    'The numbers in brackets: the values that agree with the sample at 95 %, by drawing it again many times. Where several are read together each is wider, so that the 95 % count for all of them (Bonferroni).',
  ],
  [
    'smallest effect',
    'The smallest difference that would matter for the claim, fixed before measuring. An effect that is surely smaller than that does not count.',
  ],
  [
    'power',
    'The chance that a sample of this size shows an effect of the smallest size that matters. Below 0.8, an effect that was not seen counts as undecided, not as absent.',
  ],
  [
    'control',
    'The same measurement where the claim should not hold (an untrained model, shuffled pairs), or where the right answer is known. If a control fails, the claim is inconclusive.',
  ],
  [
    'proxy',
    'A stand-in for what the paper measured: a computed one for what people judged, or final states for accuracy. Such claims are counted apart from the measured ones.',
  ],
  ['derived', 'A claim that follows from others of its paper and holds as far as they do; it is counted apart, too.'],
  ['exact', 'A claim about a formula or a count. It needs no trained model.'],
  ['toy nets', 'Small nets that a claim trains itself, in seconds; such claims are asked of no other model.'],
  [
    'Holm',
    'A correction of p-values: with it, the chance that any of the claims of one paper on one model is called reproduced by luck stays below 5 %. Shown for reproduced claims only; elsewhere it decides nothing.',
  ],
  [
    'mini, checkpoint, paper',
    'What a model is: a small one that this repository trained, any other checkpoint, or the paper’s own.',
  ],
  ['recorded', 'Measured earlier, on the day given, because the model is not part of the repository.'],
];

/** What every word of the report means. */
export const legend =
  (): Html => html`<section id="words" aria-labelledby="words-title"><h2 id="words-title">What the words mean</h2><dl>
${verdicts.map((verdict) => html`<dt>${verdictMark(verdict)}</dt><dd>${VERDICTS[verdict]}</dd>`)}
${WORDS.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>`)}
</dl></section>`;
