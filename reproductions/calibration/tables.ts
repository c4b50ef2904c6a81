import type { Table } from '../src/claim/schema';
import type { Planting } from './planted';
import type { Tally } from './simulate';

/** What was counted, and in how much, in words. */
export type RecordedTally = Tally & { sample: string };

/** What a share of data sets should be, percent. */
interface Bar {
  low?: number;
  high?: number;
}

const FALSE: Bar = { high: 5 };
const POWER: Bar = { low: 80 };
/** Of one interval at 95 %, and of intervals read together, which Bonferroni makes too wide rather than too narrow. */
const COVERAGE: Bar = { low: 93, high: 97 };
const TOGETHER: Bar = { low: 93 };

/** Two standard errors of a share (percent) of some data sets. */
const margin = (percent: number, sets: number): number => 2 * Math.sqrt((percent * (100 - percent)) / sets);

/** A share with its Monte-Carlo error, and how it stands to its bar. */
export function shareCells(count: number, sets: number, { low = 0, high = 100 }: Bar): [number, number, string] {
  const percent = (100 * count) / sets;
  const [nearest, beyond] = percent < low ? [low, low - percent] : [high, percent - high];
  const standing = beyond <= 0 ? 'met' : beyond <= margin(nearest, sets) ? 'within the error' : 'missed';
  return [round(percent), round(margin(percent, sets)), standing];
}

const round = (value: number): number => Math.round(10 * value) / 10;

type Row = Table['rows'][number];

interface Kind {
  title: string;
  columns: string[];
  rows(tallies: readonly RecordedTally[], day: string): Row[];
}

const SHARE = ['%', '± 2 s.e.', 'bar'];
const ABOUT = ['sample', 'recorded'];

/** A claim as a whole has no parts and prints no power. */
const NOT_OF_CLAIMS = ['–', '–'];

/** A row for each criterion that is estimated, and one for the claim as a whole. */
const heldRows = (planting: Planting, bar: Bar) => (tallies: readonly RecordedTally[], day: string) =>
  tallies
    .filter((tally) => tally.planting === planting)
    .flatMap(({ id, sets, reproduced, criteria, sample }) => [
      ...criteria
        .filter(({ kind }) => kind !== 'exact')
        .map(({ name, held, parts, heldParts, printedPower }) => [
          id,
          name,
          sets,
          ...shareCells(held, sets, bar),
          ...(planting === 'smallest' ? [round((100 * heldParts) / parts / sets), round(100 * printedPower!)] : []),
          sample,
          day,
        ]),
      [
        id,
        'reproduced',
        sets,
        ...shareCells(reproduced, sets, bar),
        ...(planting === 'smallest' ? NOT_OF_CLAIMS : []),
        sample,
        day,
      ],
    ]);

const kinds: Kind[] = [
  {
    title:
      'Holds although one part of each criterion has just the effect that is not enough: should be in at most 5 % of the data sets (pnpm calibrate)',
    columns: ['claim', 'criterion', 'data sets', ...SHARE, ...ABOUT],
    rows: heldRows('edge', FALSE),
  },
  {
    title:
      'Holds where every part clears its edge by one smallest effect: should be in at least 80 % of the data sets. The power that the report prints is that of one part (pnpm calibrate)',
    columns: [
      'claim',
      'criterion',
      'data sets',
      ...SHARE,
      'one part holds, %',
      'printed power of the weakest part, %',
      ...ABOUT,
    ],
    rows: heldRows('smallest', POWER),
  },
  {
    title:
      'Intervals with the planted truth in them: of headlines, at 95 %, should be 93 to 97 %; of all parts of a criterion together at least 93 % (pnpm calibrate)',
    columns: ['claim', 'interval', 'data sets', ...SHARE, ...ABOUT],
    rows(tallies, day) {
      const ids = [...new Set(tallies.map(({ id }) => id))];
      return ids.flatMap((id) => {
        const those = tallies.filter((tally) => tally.id === id);
        const sets = those.reduce((sum, each) => sum + each.sets, 0);
        const names = those[0]!.criteria.filter(({ kind }) => kind !== 'exact').map(({ name }) => name);
        const sample = [...new Set(those.map(({ sample }) => sample))].join('; ');
        const covered = (of: (tally: Tally) => number) => those.reduce((sum, tally) => sum + of(tally), 0);
        return [
          [
            id,
            'headline',
            sets,
            ...shareCells(
              covered(({ covered }) => covered),
              sets,
              COVERAGE,
            ),
            sample,
            day,
          ],
          ...names.map((name) => {
            const count = covered(({ criteria }) => criteria.find((each) => each.name === name)!.covered);
            return [id, name, sets, ...shareCells(count, sets, TOGETHER), sample, day];
          }),
        ];
      });
    },
  },
];

/** Tables with what some claims were measured to do, in the place of what earlier ones say of those claims. */
export function calibrationTables(earlier: readonly Table[], tallies: readonly RecordedTally[], day: string): Table[] {
  const fresh = new Set<unknown>(tallies.map(({ id }) => id));
  return kinds.map(({ title, columns, rows }, i) => {
    const kept = (earlier[i]?.rows ?? []).filter(([id]) => !fresh.has(id));
    const all = [...kept, ...rows(tallies, day)];
    // Stable: the rows of one claim keep their order.
    return { title, columns, rows: all.sort(([a], [b]) => collator.compare(String(a), String(b))) };
  });
}

/** The claims that are recorded. */
export const recordedIds = (tables: readonly Table[]): Set<string> =>
  new Set(tables.flatMap(({ rows }) => rows.map(([id]) => String(id))));

const collator = new Intl.Collator('en', { numeric: true });
