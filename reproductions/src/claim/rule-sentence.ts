import { familyLevel } from './estimator';
import type { Criterion } from './schema';

const number = (value: number, digits = 4): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: digits });

const quoted = ({ statement }: Criterion): string => `"${statement}"`;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Where the interval of each part has to lie. */
function place(criterion: Criterion): string {
  if (criterion.kind === 'exact') return `exactly ${number(criterion.value, 21)}`;
  if (criterion.kind === 'direction')
    return `${criterion.side} ${number(criterion.from)} by more than ${number(criterion.sesoi, 3)} ${criterion.unit}`;
  const { low, high } = criterion;
  if (low !== null && high !== null) return `between ${number(low)} and ${number(high)}`;
  return low === null ? `at most ${number(high!)}` : `at least ${number(low)}`;
}

/** How sure each interval is: "95 % after Bonferroni over 5". */
function confidence({ level, parts: { length } }: Criterion): string {
  if (length > 1 && Math.abs(level - familyLevel(length)) < 1e-9) return `95 % after Bonferroni over ${length}`;
  return `${number(100 * level)} %${length > 1 ? ' each' : ''}`;
}

/** What must hold of the numbers of a criterion: "each of 5 above 0 by more than 3 points (95 % after Bonferroni over 5)". */
export function ruleSentence(criterion: Criterion): string {
  const each = criterion.parts.length === 1 ? '' : `each of ${criterion.parts.length} `;
  return `${each}${place(criterion)}${criterion.kind === 'exact' ? '' : ` (${confidence(criterion)})`}`;
}

/**
 * When the claim counts as reproduced, in one sentence, as `verdictOf` decides it. A criterion that is only shown keeps the
 * verdict from being more than "partially".
 */
export function decisionSentence(criteria: readonly Criterion[]): string {
  const asserted = criteria.filter(({ notAsserted }) => notAsserted === undefined);
  const rules = asserted.map((criterion) => `${quoted(criterion)}: ${ruleSentence(criterion)}`).join('; ');
  if (asserted.length === 0) return 'Inconclusive whatever is measured: no criterion is asserted here.';
  return asserted.length === criteria.length
    ? `Reproduced if: ${rules}; and no control fails.`
    : `Partially at best, because not every criterion is asserted here; if at least one of these holds: ${rules}; and no control fails.`;
}

/** What is expected of the subject, how large an effect has to be to matter, and why; then what is only shown. */
export function expectedSentence(criteria: readonly Criterion[]): string {
  const expected = criteria.flatMap((criterion) => {
    if (criterion.notAsserted !== undefined) return [];
    if (criterion.kind === 'exact') return [quoted(criterion)];
    const { sesoi, unit, why } = criterion;
    return [`${quoted(criterion)}, where ${number(sesoi, 3)} ${unit} matter${why ? ` (${why})` : ''}`];
  });
  const shown = criteria.flatMap((criterion) =>
    criterion.notAsserted === undefined
      ? []
      : [`Shown without being asserted: ${quoted(criterion)}. ${sentence(criterion.notAsserted)}`],
  );
  return [...(expected.length ? [`${expected.join('; ')}.`] : []), ...shown].join(' ');
}
