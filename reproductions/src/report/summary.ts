import { formatNumber } from '@interlayer/figures';
import { duration } from '@interlayer/training';
import { decisionSentence, expectedSentence, ruleSentence } from '../claim/rule-sentence';
import {
  type ClaimRecord,
  type JudgedCriterion,
  needsNoSubject,
  paperOf,
  type Spent,
  type Status,
  type Verdict,
  withoutSubject,
} from '../claim/schema';
import { REQUIRED_POWER } from '../claim/verdict';
import { shownP, withInterval } from './format';
import { commandAlone, type RecordedPair, type Recording } from './recorded';
import type { Report, ReportedPair } from './report';

const MARKS: Record<Verdict, string> = {
  reproduced: '✔',
  partially: '◐',
  'not reproduced': '✘',
  inconclusive: '?',
  'not run': '–',
};
export const markOf = (verdict: Verdict): string => MARKS[verdict];

/** What is said of one claim with a verdict, and of several. */
const SAID: Record<Verdict, readonly [one: string, several: string]> = {
  reproduced: ['holds', 'hold'],
  partially: ['holds in part', 'hold in part'],
  'not reproduced': ['does not hold', 'do not hold'],
  inconclusive: ['is undecided', 'are undecided'],
  'not run': ['was not run', 'were not run'],
};

/** Kinds of claims, which are counted apart: a proxy or a derived claim is not among the measured ones. */
const KINDS: Record<ClaimRecord['kind'], string> = {
  measured: 'measured',
  exact: 'exact',
  'toy-nets': 'toy-net',
  proxy: 'proxy',
  derivedFrom: 'derived',
  extension: 'extension',
};

/** Text in which whatever is said of a verdict is marked. */
export type Words = readonly (string | { verdict: Verdict; text: string })[];

export const plainWords = (words: Words): string =>
  words.map((word) => (typeof word === 'string' ? word : word.text)).join('');

/** What all three reports show, as plain data: papers × claims × subjects. */
export type Summary = ReturnType<typeof summaryOf>;
export type Row = Summary['papers'][number]['rows'][number];
export type Column = Summary['columns'][number];
/** One claim on one subject. */
export type Cell = ReturnType<typeof cellOf>;
type Pair = ReportedPair & Partial<Pick<RecordedPair, 'recorded'>>;

/** Subjects that this run measured come before recorded ones, and take the place of their own recordings. */
export function summaryOf(report: Report, recordings: readonly Recording[] = []) {
  const measured = new Set(report.claims.map(({ result }) => result.subject));
  const recorded = recordings.filter(({ subject }) => !measured.has(subject.id));
  const asked = new Set(report.claims.map(({ claim }) => paperOf(claim.id)));
  // Extensions are not asked of the models that are shipped: their recordings stand beside the claims of their paper.
  const extensions = recorded
    .flatMap(({ claims }) => claims)
    .filter(({ claim }) => claim.kind === 'extension' && asked.has(paperOf(claim.id)));
  const claims = [...new Map([...report.claims, ...extensions].map(({ claim }) => [claim.id, claim])).values()];
  const columnsWithoutSubject = withoutSubject.map((id) => ({ id, name: id }));
  const subjects = [...report.subjects, ...columnsWithoutSubject, ...recorded.map(({ subject }) => subject)];
  const cells = [...report.claims, ...recorded.flatMap((recording) => recording.claims)]
    .filter(({ result }) => claims.some(({ id }) => id === result.id))
    .map((pair: Pair) => {
      const subject = subjects.find(({ id }) => id === pair.result.subject)!;
      return cellOf(pair, commandAlone(pair, subject, report.provenance));
    });
  const columns = subjects.flatMap(({ id, name }) => {
    const those = cells.filter(({ result }) => result.subject === id);
    const [first] = those;
    const notes = new Map(those.flatMap(({ recorded }) => (recorded ? [[JSON.stringify(recorded), recorded]] : [])));
    const days = [...new Set([...notes.values()].map(({ day }) => day))].join(', ');
    return first ? [{ id, name, scale: first.result.scale, cells: those, recorded: [...notes.values()], days }] : [];
  });
  return {
    columns: columns.map(({ cells: _, ...column }) => column),
    papers: report.papers.flatMap((paper) => {
      const rows = claims
        .filter(({ id }) => paperOf(id) === paper.id)
        .map((claim) => {
          const name = claim.id.slice(paper.id.length + 1);
          return {
            claim,
            name,
            /** What the claim is called in the plans of the papers: C10. */
            number: name.split('-')[0]!.toUpperCase(),
            /** In the order of the columns; undefined where the claim was not asked of the subject. */
            cells: columns.map(({ cells }) => cells.find(({ result }) => result.id === claim.id)),
          };
        });
      const short = `${paper.authors.split(',')[0]} ${paper.year}`;
      const finding: Words = paper.note ? [paper.note] : findingOf(rows, columns);
      return rows.length || paper.note ? [{ ...paper, short, rows, finding }] : [];
    }),
    calibration: report.calibration ?? [],
    costs: costsOf(report.runtime.claims),
    provenance: report.provenance,
    run: { ...report.runtime, cost: costOf(report.runtime) },
  };
}

/** What was found of the claims of a paper. Verdicts of different subjects are never added up. */
function findingOf(
  rows: readonly { claim: ClaimRecord; cells: readonly (Cell | undefined)[] }[],
  columns: readonly Pick<Column, 'id' | 'scale' | 'days'>[],
): Words {
  const sentences = Object.entries(KINDS).map(([kind, name]): Words => {
    const asked = rows.filter(({ claim }) => claim.kind === kind);
    const [one, total] = [asked.length === 1, asked.length];
    const found = columns.flatMap(({ id, scale, days }, i): Words[] => {
      const verdicts = asked.flatMap(({ cells }) => cells[i]?.result.verdict ?? []);
      const counts = (Object.keys(MARKS) as Verdict[])
        .map((verdict) => ({ verdict, count: verdicts.filter((each) => each === verdict).length }))
        .filter(({ count }) => count > 0);
      if (counts.length === 0) return [];
      const notes = [days && `recorded ${days}`, verdicts.length < total && `${verdicts.length} of them asked`].filter(
        Boolean,
      );
      const place = needsNoSubject(scale) ? '' : ` on ${id}${notes.length ? ` (${notes.join(', ')})` : ''}`;
      const said = counts.flatMap(({ verdict, count }, k): Words => {
        const joint = k === 0 ? ' ' : k === counts.length - 1 ? ' and ' : ', ';
        const text = SAID[verdict][count === 1 ? 0 : 1];
        return [joint, { verdict, text: one ? text : `${count} ${text}` }];
      });
      return [[place, ...said]];
    });
    const head = one ? `Its one ${name} claim` : `Of its ${total} ${name} claims,`;
    return found.length ? [head, ...found.flatMap((words, i) => (i ? [';', ...words] : words)), '.'] : [];
  });
  return sentences.filter(({ length }) => length > 0).flatMap((words, i) => (i ? [' ', ...words] : words));
}

function cellOf({ claim, result, accepted, asAccepted, drift, significance, recorded }: Pair, alone: string) {
  const { headline, criteria, controls } = result;
  const powers = criteria.flatMap(({ power }) => power ?? []);
  const acceptance = () => {
    if (recorded) return `recorded ${recorded.day}`;
    if (asAccepted && accepted && accepted !== result.verdict) return `undecided by these times, was ${accepted}`;
    if (asAccepted) return accepted ? 'as accepted' : 'not compared';
    if (accepted === null) return 'NEW, none accepted';
    return accepted === result.verdict ? 'CHANGED, a control fails now' : `CHANGED, was ${accepted}`;
  };
  // The p-value is the largest of all criteria: it decides nothing where one of them does not hold.
  const decisive = result.verdict === 'reproduced' ? significance : null;
  return {
    result,
    drift,
    recorded,
    /** The command that measures this claim on this subject, and nothing else. */
    alone,
    mark: markOf(result.verdict),
    measured: headline ? withInterval(headline.value, headline.unit, headline.interval) : '',
    criteria: criteria.map((criterion) => criterionOf(criterion, result.n)),
    controls: controls.map((control) => ({
      ...control,
      expected: claim.controls.find(({ name }) => name === control.name)?.expected ?? '',
    })),
    hasFailed: controls.some(({ outcome }) => outcome === 'failed'),
    acceptance: acceptance(),
    isNews: !asAccepted && !recorded,
    decision: criteria.length ? decisionSentence(criteria) : '',
    expected: expectedSentence(criteria),
    sample: [
      formatNumber(result.n),
      ...(headline ? [headline.method] : []),
      ...(headline?.monteCarloError
        ? [`Monte-Carlo error of the interval's ends ${formatNumber(headline.monteCarloError)}`]
        : []),
      ...result.dropped.map(({ count, why }) => `${formatNumber(count)} left out: ${why}`),
    ].join('; '),
    leastPower: powers.length ? powerOf(Math.min(...powers)) : '',
    pHolm: decisive ? shownP(decisive.holm) : '',
    pValue: decisive
      ? `${shownP(decisive.p)}, one-sided, against an effect that does not matter, of the criterion for which it is largest; ${shownP(decisive.holm)} after Holm within the paper and subject, ${shownP(decisive.benjaminiHochberg)} after Benjamini and Hochberg over all papers`
      : '',
  };
}

const OUTCOMES: Record<Status, string> = {
  holds: 'holds',
  'direction only': 'right sign, but less than matters',
  fails: 'does not hold',
  open: 'undecided',
  degenerate: 'could not be estimated',
  'not asserted': 'not asserted here',
};

export const outcomeOf = (status: Status): string => OUTCOMES[status];

const powerOf = (power: number): string => (power > 0.995 ? '> 0.99' : power < 0.005 ? '< 0.01' : power.toFixed(2));

const criterionOf = ({ status, ...criterion }: JudgedCriterion, n: number) => ({
  statement: criterion.statement,
  rule: ruleSentence(criterion),
  outcome: outcomeOf(status),
  /** The outcome of each part is given where they differ. */
  estimates: criterion.parts.map(({ label, estimate, interval, status: part }, _, parts) => ({
    text: `${label && `${label}: `}${withInterval(estimate, '', interval)}`,
    outcome: status === 'not asserted' || parts.every((other) => other.status === part) ? '' : outcomeOf(part),
  })),
  notAsserted: criterion.notAsserted ?? '',
  power: criterion.power === undefined ? '' : powerOf(criterion.power),
  /** A larger sample could only help where the criterion is open. */
  needed:
    criterion.sampleNeeded && status === 'open'
      ? `${REQUIRED_POWER} with n = ${formatNumber(criterion.sampleNeeded)} instead of ${formatNumber(n)}`
      : '',
});

const costOf = ({ seconds, megabytes }: Spent): string => `${duration(seconds)}, ${formatNumber(megabytes)} MB`;

/** What claims cost, and after them the materials that they share. */
function costsOf(claims: Report['runtime']['claims']): [name: string, cost: string][] {
  const entries = Object.entries(claims);
  return [
    ...entries.map(([key, cost]): [string, string] => [key, [costOf(cost), cost.overBudget ?? []].flat().join('; ')]),
    ...entries.flatMap(([key, { materials }]) =>
      Object.entries(materials)
        .filter(([, { seconds, megabytes }]) => seconds > 0 || megabytes > 0)
        .map(([name, cost]): [string, string] => [`${key.split('/')[0]}: ${name}`, costOf(cost)]),
    ),
  ];
}
