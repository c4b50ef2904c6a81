import type { Material } from '../materials/material';
import { type Claim, claim, type Sample } from './claim';
import { exactly } from './criterion';
import type { Verdict } from './schema';

interface DerivedSpec {
  title: string;
  locator: string;
  says: string;
  estimand: string;
  source: string;
  /** The claims that it follows from: it holds as far as they do. */
  from: readonly Claim[];
  /** A material that costs nothing; a derived claim measures nothing itself. */
  material: Material<Sample>;
  contrary?: readonly string[];
}

/** What a verdict counts: 1, 0, or neither where it decides nothing. */
const counted = (verdict: Verdict | undefined, yes: readonly Verdict[]): number =>
  verdict === undefined || verdict === 'inconclusive' || verdict === 'not run'
    ? Number.NaN
    : Number(yes.includes(verdict));

/**
 * A claim that follows from others on the same subject: reproduced where they all are, partially where some are or where they
 * are in part, inconclusive where one of them is or was not measured in the same run.
 */
export const derived = (id: string, { from, ...spec }: DerivedSpec): Claim => {
  const parts = from.map(({ record }) => /\/([a-z]\d+)-(.*)/.exec(record.id)!.slice(1) as [string, string]);
  const names = parts.map(([number, slug]) =>
    parts.filter(([other]) => other === number).length > 1
      ? `${number.toUpperCase()} ${slug.replaceAll('-', ' ')}`
      : number.toUpperCase(),
  );
  return claim(id, {
    ...spec,
    kind: 'derivedFrom',
    derivedFrom: from.map(({ record }) => record.id),
    ...(from.some(({ record }) => record.timed) ? { timed: true } : {}),
    needs: [...new Set(from.flatMap(({ record }) => record.needs))],
    budget: { seconds: 5, megabytes: 200 },
    measure: (_, bench) => from.map(({ record }, i) => ({ name: names[i]!, verdict: bench.verdictOf(record.id) })),
    criteria: (sources) =>
      Object.fromEntries(
        (
          [
            ['not-contradicted', 'None of them is contradicted', ['reproduced', 'partially']],
            ['in-full', 'Each of them is reproduced in full', ['reproduced']],
          ] as const
        ).map(([name, statement, yes]) => [
          name,
          [
            statement,
            exactly(
              sources.map(({ name, verdict }) => ({ label: name, count: counted(verdict, yes) })),
              1,
            ),
          ],
        ]),
      ),
    headline: (sources) => [
      'claims reproduced that it follows from',
      `of ${sources.length}`,
      sources.filter(({ verdict }) => verdict === 'reproduced').length,
    ],
    n: (sources) => sources.length,
    sentence: ({ ours }) =>
      `It follows from ${ours.map(({ name, verdict }) => `${name} (${verdict ?? 'not measured in this run'})`).join(', ')}.`,
    controls: [],
  });
};
