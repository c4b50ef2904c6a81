import { reasonOf } from '../../src/claim/reason';
import type { Criterion, Result, StoredResult } from '../../src/claim/schema';
import { verdictOf, withJudgement } from '../../src/claim/verdict';
import c7 from '../../src/papers/geva-2021/claims/c7-many-cells-fire';
import c10 from '../../src/papers/geva-2021/claims/c10-residual-holds-answer';
import type { Recording } from '../../src/report/recorded';
import { composeReport, type Report, type ReportInput } from '../../src/report/report';
import { type ProvenanceInput, provenanceOf } from '../../src/run/provenance';

export const claims = { c7: c7.record, c10: c10.record };

const criteria: Criterion[] = [
  {
    name: 'increasing',
    statement: 'The share grows from each layer to the next (points)',
    kind: 'direction',
    from: 0,
    side: 'above',
    sesoi: 3,
    unit: 'points',
    why: 'a fifth of the paper’s climb',
    level: 0.975,
    parts: [
      { label: 'layer 1 to 2', estimate: 19, interval: [18, 20], monteCarloError: 0.02 },
      { label: 'layer 2 to 3', estimate: 20, interval: [19, 21] },
    ],
  },
];

const figures: Result['figures'] = [
  {
    kind: 'depth',
    title: 'Hits',
    unit: '%',
    range: [0, 100],
    note: 'Whiskers: 95 % intervals.',
    series: [
      {
        name: 'paper',
        role: 'paper',
        points: [
          { depth: 0.5, layer: 1, value: 3 },
          { depth: 1, layer: 2, value: 86 },
        ],
      },
      {
        name: 'mini',
        role: 'ours',
        points: [
          { depth: 1 / 3, layer: 1, value: 1, interval: [0, 2] },
          { depth: 2 / 3, layer: 2, value: 20, interval: [18, 22], quartiles: [10, 30] },
          { depth: 1, layer: 3, value: 40, interval: [38, 42], quartiles: [20, 60] },
        ],
      },
      { name: 'untrained', role: 'untrained', points: [{ depth: 1, layer: 3, value: null }] },
      { name: 'shuffled pairs', role: 'shuffled', points: [{ depth: 1, layer: 3, value: 35 }] },
    ],
  },
  {
    kind: 'stacked',
    title: 'Cases',
    unit: '%',
    parts: ['a', 'b'],
    panels: [
      {
        name: 'mini',
        role: 'ours',
        layers: [
          [40, 60],
          [0, 100],
        ],
      },
    ],
  },
  { kind: 'bars', title: 'Counts', unit: 'parameters', bars: [{ label: 'all', parts: [{ name: 'a', value: 7 }] }] },
];

const about = (id: string, subject: string) =>
  ({ schemaVersion: 2, id, subject, scale: 'mini', fingerprint: 'f'.repeat(64) }) as const;

/** What measuring C10 on a subject may give. */
export function measured(subject: string, change: Partial<Result> = {}): StoredResult {
  const controls: Result['controls'] = [
    { name: 'untrained model', kind: 'negative', outcome: 'passed', detail: 'hits in 0 %' },
    { name: 'shuffled pairs', kind: 'negative', outcome: 'reported', detail: 'hits in 1 %' },
    { name: 'bookkeeping', kind: 'positive', outcome: 'passed', detail: 'nothing is off' },
  ];
  const verdict = verdictOf(criteria, controls);
  const judged = criteria.map((criterion) => ({ ...withJudgement(criterion, 3000), sampleNeeded: 4321 }));
  const result: Result = {
    ...about(claims.c10.id, subject),
    verdict,
    label: `${verdict} · ${subject}`,
    reason: reasonOf(judged, controls),
    sentence: 'The residual points at the final token in 1, 20, 40 % of the prefixes.',
    headline: {
      name: 'residual hits at layer 3',
      value: 40,
      unit: '%',
      interval: [38, 42],
      method: 'hierarchical bootstrap',
      monteCarloError: 0.05,
    },
    n: 3000,
    dropped: [{ count: 2, why: 'too long' }],
    criteria: judged,
    controls,
    deviations: ['Ours is <smaller> & "newer".'],
    figures,
    tables: [
      {
        title: 'More',
        columns: ['x', 'y'],
        rows: [
          ['a', 1],
          ['b', null],
        ],
      },
    ],
    ...change,
  };
  const materials = { 'readings (trained)': { seconds: 21, megabytes: 200 } };
  return { ...stored(5), result, runtime: { ...stored(5).runtime, materials } };
}

const stored = (seconds: number): Omit<StoredResult, 'result'> => ({
  provenance: { engine: null, artefacts: {} },
  runtime: { seconds, megabytes: 100 * seconds, finished: 'now', materials: {} },
});

/** C7 where it could not be measured. */
export const notRun = (subject: string): StoredResult => ({
  ...stored(3),
  result: {
    ...about(claims.c7.id, subject),
    verdict: 'not run',
    label: `not run · ${subject}`,
    sentence: 'Not run: no model.',
    reason: 'no model',
    n: 0,
    dropped: [],
    criteria: [],
    controls: [],
    deviations: [],
    figures: [],
    tables: [],
  },
});

export const provenanceInput: ProvenanceInput = {
  seed: 1,
  sample: null,
  glue: false,
  thorough: false,
  reads: null,
  subjects: ['mini-gpt'],
  backend: 'cpu',
  threads: 1,
  claims: {},
  models: {},
};

const engine = { backend: 'cpu', engine: 'x', eager: 'y', threads: 1, device: 'here', versions: { x: '1' } };

/** A report of C7 and C10 on some subjects. */
export function exampleReport(subjects: readonly string[] = ['mini-gpt'], change: Partial<ReportInput> = {}): Report {
  return composeReport({
    provenance: provenanceOf(provenanceInput, [
      { ...measured('mini-gpt'), provenance: { engine, artefacts: { 'model.bin': 'hash' } } },
    ]),
    subjects: subjects.map((id) => ({ id, name: id })),
    measured: [
      ...subjects.map((id) => ({ claim: claims.c7, stored: notRun(id) })),
      ...subjects.map((id) => ({
        claim: claims.c10,
        stored: measured(id),
        accepted: { verdict: 'reproduced' as const, headline: 40, monteCarloError: 0.05, seconds: 5, reason: 'first' },
      })),
    ],
    comparesWithAccepted: true,
    papersWithClaims: new Set(['geva-2021']),
    runtime: { finished: '2026-01-01T00:00:00Z', seconds: 8, host: 'here' },
    ...change,
  });
}

/** A report with everything that one may have: three columns, a failed control, news, contrary evidence, a calibration. */
export function everything(): [Report, Recording[]] {
  const report = exampleReport(['mini-gpt', 'mini-bert'], {
    calibration: [{ title: 'Null data sets', columns: ['rule', 'false verdicts, %'], rows: [['direction', 2]] }],
  });
  const [, , c10, other] = report.claims;
  for (const pair of report.claims) pair.claim = { ...pair.claim, contrary: ['another paper, table 1'] };
  c10!.drift = 'residual hits was 35';
  other!.result.controls[0]!.outcome = 'failed';
  const recorded = { day: '2025-12-31', command: 'pnpm reproduce --model org/other@abc', provenance: 'a'.repeat(64) };
  const claims = exampleReport(['other']).claims.map((pair) => ({ ...pair, recorded }));
  return [report, [{ schemaVersion: 1, subject: { id: 'other', name: 'org/other@abc' }, claims }]];
}
