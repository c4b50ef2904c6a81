import { nearestNames } from '@interlayer/nearest-names';
import { needsNoSubject, paperOf, type Scale } from '../claim/schema';
import { withUsed } from '../materials/material';
import { papers } from '../papers';
import { subjects } from '../subjects';
import type { Subject } from '../subjects/subject';
import type { CataloguedClaim } from './catalogue';
import { UsageError } from './usage-error';

/** One claim asked of one subject: what a verdict belongs to. */
export interface Pair {
  /** `mini-gpt/geva-2021/c10-residual-holds-answer`. */
  key: string;
  claim: CataloguedClaim;
  /** Undefined for a claim that needs none. */
  subject?: Subject;
  subjectId: string;
  scale: Scale;
}

export interface Selection {
  paper: readonly string[];
  only: readonly string[];
  subject: readonly string[];
  smoke: boolean;
}

export function pairOf(claim: CataloguedClaim, subject: Subject): Pair {
  const { kind } = claim.record;
  const column = needsNoSubject(kind) ? kind : undefined;
  const subjectId = column ?? subject.id;
  const scale = column ?? subject.scale;
  return { key: `${subjectId}/${claim.record.id}`, claim, ...(column ? {} : { subject }), subjectId, scale };
}

/** What measuring a pair costs at most, in seconds, with materials that nobody has made before. */
export const budgetOf = ({ claim: { record, material } }: Pick<Pair, 'claim'>): number =>
  record.budget.seconds + withUsed(material).reduce((sum, { budget }) => sum + (budget?.seconds ?? 0), 0);

/** `geva-2021/c1*` → a pattern that matches whole ids; `*` stands for anything. */
const glob = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/** The subjects by their names; a name that is not among them is an error that lists them. */
export function namedSubjects(names: readonly string[]): Subject[] {
  return names.map((name) => {
    const subject = subjects.find(({ id }) => id === name);
    if (!subject)
      throw new UsageError(
        `There is no subject "${name}". The subjects are ${subjects.map(({ id }) => id).join(', ')}; --model measures any other checkpoint.`,
      );
    return subject;
  });
}

/**
 * The pairs asked for, in the order of subjects and claims: on the subjects named, or else on those that each paper names.
 * Extensions are asked of checkpoints only. A paper or pattern that finds nothing is an error that names the nearest.
 */
export function planPairs(
  claims: readonly CataloguedClaim[],
  { paper, only, smoke, subject: names }: Selection,
  given?: Subject,
): Pair[] {
  for (const name of paper) {
    if (!papers.some(({ id }) => id === name))
      throw new UsageError(`There is no paper "${name}". The papers are ${papers.map(({ id }) => id).join(', ')}.`);
    if (!claims.some(({ record }) => paperOf(record.id) === name))
      throw new UsageError(`Paper ${name} has no claim yet.`);
  }
  const ids = claims.map(({ record }) => record.id);
  for (const pattern of only)
    if (!ids.some((id) => glob(pattern).test(id)))
      throw new UsageError(`No claim matches "${pattern}". The nearest are ${nearestNames(pattern, ids).join(', ')}.`);
  const chosen = claims.filter(
    ({ record: { id } }) =>
      (paper.length === 0 || paper.includes(paperOf(id))) &&
      (only.length === 0 || only.some((pattern) => glob(pattern).test(id))),
  );
  if (chosen.length === 0)
    throw new UsageError(`No claim matches both --paper ${paper.join(', ')} and --only ${only.join(', ')}.`);
  const readers = papers.filter(({ readsTasks }) => readsTasks).map(({ id }) => id);
  if (given?.reads && chosen.some(({ record }) => !readers.includes(paperOf(record.id))))
    throw new UsageError(
      `--task is for the claims of ${readers.join(', ')} alone; add ${readers.map((id) => `--paper ${id}`).join(' ')}.`,
    );
  const named = given ? [given] : namedSubjects(names);
  const pairs = chosen.flatMap((claim) => {
    const defaults = papers.find(({ id }) => id === paperOf(claim.record.id))!.subjects;
    return (named.length ? named : namedSubjects(defaults))
      .map((subject) => pairOf(claim, subject))
      .filter(({ claim, scale }) => claim.record.kind !== 'extension' || scale !== 'mini');
  });
  if (pairs.length === 0)
    throw new UsageError(
      `${chosen.map(({ record }) => record.id).join(', ')}: extensions are asked of checkpoints, not of the shipped models; name one with --subject or --model.`,
    );
  const once = [...new Map(pairs.map((pair) => [pair.key, pair])).values()];
  return smoke ? cheapestOfEachPaper(once) : once;
}

/** Seconds that a measured claim may be planned to cost, its materials included, to be a quick check. */
const QUICK = 240;

/**
 * One pair a paper: the cheapest measured one that is quick and measures no times, otherwise the cheapest that stands alone, as a
 * derived claim does not.
 */
function cheapestOfEachPaper(pairs: readonly Pair[]): Pair[] {
  return papers.flatMap(({ id }) => {
    const ofPaper = pairs.filter(({ claim: { record } }) => paperOf(record.id) === id && record.kind !== 'derivedFrom');
    const measured = ofPaper.filter(
      (pair) => pair.claim.record.kind === 'measured' && !pair.claim.record.timed && budgetOf(pair) <= QUICK,
    );
    return (measured.length ? measured : ofPaper).sort((a, b) => budgetOf(a) - budgetOf(b)).slice(0, 1);
  });
}
