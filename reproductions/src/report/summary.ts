import { duration } from '@interlayer/training';
import { decisionSentence, expectedSentence, ruleSentence } from '../claim/rule-sentence';
import { type JudgedCriterion, paperOf, type Spent, type Verdict } from '../claim/schema';
import { REQUIRED_POWER } from '../claim/verdict';
import { shown, shownP, withInterval } from './format';
import type { RecordedPair, Recording } from './recorded';
import type { Report, ReportedPair } from './report';

const MARKS: Record<Verdict, string> = {
  reproduced: '✔',
  partially: '◐',
  'not reproduced': '✘',
  inconclusive: '?',
  'not run': '–',
};
export const markOf = (verdict: Verdict): string => MARKS[verdict];

/** What a claim can be that does not count as measured. */
const UNCOUNTED = ['', 'proxy', 'derived'] as const;

/** What all three reports show, as plain data: papers × claims × subjects. */
export type Summary = ReturnType<typeof summaryOf>;
export type Row = Summary['papers'][number]['rows'][number];
/** One claim on one subject. */
export type Cell = ReturnType<typeof cellOf>;
type Pair = ReportedPair & Partial<Pick<RecordedPair, 'recorded'>>;

/** Subjects that this run measured come before recorded ones, and take the place of their own recordings. */
export function summaryOf(report: Report, recordings: readonly Recording[] = []) {
  const claims = [...new Map(report.claims.map(({ claim }) => [claim.id, claim])).values()];
  const measured = new Set(report.claims.map(({ result }) => result.subject));
  const recorded = recordings.filter(({ subject }) => !measured.has(subject.id));
  const cells = [...report.claims, ...recorded.flatMap((recording) => recording.claims)]
    .filter(({ result }) => claims.some(({ id }) => id === result.id))
    .map(cellOf);
  const subjects = [...report.subjects, { id: 'exact', name: 'exact' }, ...recorded.map(({ subject }) => subject)];
  const columns = subjects.flatMap(({ id, name }) => {
    const those = cells.filter(({ result }) => result.subject === id);
    const [first] = those;
    const notes = new Map(those.flatMap(({ recorded }) => (recorded ? [[JSON.stringify(recorded), recorded]] : [])));
    return first ? [{ id, name, scale: first.result.scale, cells: those, recorded: [...notes.values()] }] : [];
  });
  return {
    columns: columns.map(({ cells: _, ...column }) => column),
    papers: report.papers.flatMap((paper) => {
      const rows = claims
        .filter(({ id }) => paperOf(id) === paper.id)
        .map((claim) => ({
          claim,
          name: claim.id.slice(paper.id.length + 1),
          /** In the order of the columns; undefined where the claim was not asked of the subject. */
          cells: columns.map(({ cells }) => cells.find(({ result }) => result.id === claim.id)),
        }));
      return rows.length || paper.note
        ? [{ ...paper, short: `${paper.authors.split(',')[0]} ${paper.year}`, rows }]
        : [];
    }),
    tallies: columns.flatMap(({ id, cells }) => talliesOf(id, cells)),
    costs: costsOf(report.runtime.claims),
    provenance: report.provenance,
    run: { ...report.runtime, cost: costOf(report.runtime) },
  };
}

function cellOf({ claim, result, accepted, asAccepted, drift, significance, recorded }: Pair) {
  const { headline, criteria, controls } = result;
  const powers = criteria.flatMap(({ power }) => power ?? []);
  const acceptance = () => {
    if (recorded) return `recorded ${recorded.day}`;
    if (asAccepted) return accepted ? 'as accepted' : 'not compared';
    if (accepted === null) return 'NEW, none accepted';
    return accepted === result.verdict ? 'CHANGED, a control fails now' : `CHANGED, was ${accepted}`;
  };
  return {
    result,
    drift,
    recorded,
    uncounted: UNCOUNTED.find((name) => name && claim.kind.startsWith(name)) ?? '',
    mark: markOf(result.verdict),
    measured: headline ? withInterval(headline.value, headline.unit, headline.interval) : '',
    criteria: criteria.map(criterionOf),
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
      shown(result.n),
      ...(headline ? [headline.method] : []),
      ...(headline?.monteCarloError
        ? [`Monte-Carlo error of the interval's ends ${shown(headline.monteCarloError)}`]
        : []),
      ...result.dropped.map(({ count, why }) => `${shown(count)} left out: ${why}`),
    ].join('; '),
    leastPower: powers.length ? powerOf(Math.min(...powers)) : '',
    pHolm: significance ? shownP(significance.holm) : '',
    pValue: significance
      ? `${shownP(significance.p)}, one-sided, against an effect that does not matter, of the criterion for which it is largest; ${shownP(significance.holm)} after Holm within the paper and subject, ${shownP(significance.benjaminiHochberg)} after Benjamini and Hochberg over all papers`
      : '',
  };
}

const STATUS: Partial<Record<JudgedCriterion['status'], string>> = {
  fails: 'does not hold',
  'not asserted': 'not asserted here',
};

const powerOf = (power: number): string => (power > 0.995 ? '> 0.99' : power < 0.005 ? '< 0.01' : power.toFixed(2));

const criterionOf = (criterion: JudgedCriterion) => ({
  statement: criterion.statement,
  rule: ruleSentence(criterion),
  outcome: STATUS[criterion.status] ?? criterion.status,
  estimates: criterion.parts.map(
    ({ label, estimate, interval }) => `${label && `${label}: `}${withInterval(estimate, '', interval)}`,
  ),
  notAsserted: criterion.notAsserted ?? '',
  power: criterion.power === undefined ? '' : powerOf(criterion.power),
  needed: criterion.sampleNeeded ? `${REQUIRED_POWER} needs n = ${shown(criterion.sampleNeeded)}` : '',
});

/** Verdicts of different subjects are never added up, nor are proxies and derived claims counted with measured ones. */
function talliesOf(subject: string, cells: readonly Cell[]) {
  return UNCOUNTED.flatMap((uncounted) => {
    const those = cells.filter((cell) => cell.uncounted === uncounted);
    const counts = (Object.keys(MARKS) as Verdict[])
      .map((verdict) => ({ verdict, count: those.filter(({ result }) => result.verdict === verdict).length }))
      .filter(({ count }) => count > 0);
    const note = `${those[0]?.recorded ? ' (recorded)' : ''}${uncounted && ` (${uncounted} claims, not counted as measured)`}`;
    const text = `${subject}${note}: ${counts.map(({ verdict, count }) => `${count} ${verdict}`).join(', ')}`;
    return counts.length ? [{ subject, uncounted, counts, text }] : [];
  });
}

const costOf = ({ seconds, megabytes }: Spent): string => `${duration(seconds)}, ${shown(megabytes)} MB`;

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
