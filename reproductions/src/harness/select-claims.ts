import { type Claim, paperOf } from './claim-schema';
import { nearest } from './nearest';
import { papers } from './papers';
import { UsageError } from './usage-error';

export interface Selection {
  paper: string[];
  only: string[];
  smoke: boolean;
}

/** `geva-2021/c1*` → a pattern that matches whole ids; `*` stands for anything. */
const glob = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/** The claims asked for, in the order of the catalogue. A paper or pattern that finds nothing is an error that names the nearest. */
export function selectClaims(claims: readonly Claim[], { paper, only, smoke }: Selection): Claim[] {
  for (const name of paper) {
    const names = papers.map(({ id }) => id);
    if (!names.includes(name)) throw new UsageError(`There is no paper "${name}". The papers are ${names.join(', ')}.`);
    if (!claims.some(({ id }) => paperOf(id) === name)) throw new UsageError(`Paper ${name} has no claim yet.`);
  }
  const ids = claims.map(({ id }) => id);
  for (const pattern of only)
    if (!ids.some((id) => glob(pattern).test(id)))
      throw new UsageError(`No claim matches "${pattern}". The nearest are ${nearest(pattern, ids).join(', ')}.`);
  const chosen = claims.filter(
    ({ id }) =>
      (paper.length === 0 || paper.includes(paperOf(id))) &&
      (only.length === 0 || only.some((pattern) => glob(pattern).test(id))),
  );
  if (chosen.length === 0)
    throw new UsageError(`No claim matches both --paper ${paper.join(', ')} and --only ${only.join(', ')}.`);
  if (!smoke) return chosen;
  // One claim a paper: the cheapest measured one, on trained weights, where there is one.
  return papers.flatMap(({ id }) => {
    const mine = chosen.filter((claim) => paperOf(claim.id) === id);
    const measured = mine.filter(({ kind }) => kind === 'measured');
    const [first] = (measured.length ? measured : mine).sort((a, b) => a.budget.seconds - b.budget.seconds);
    return first ? [first] : [];
  });
}
