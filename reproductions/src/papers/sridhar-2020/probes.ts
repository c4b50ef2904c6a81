import { takeRows } from '@interlayer/linalg';
import { type ProbeOptions, type ProbeRecord, probe, splitByGroup } from '@interlayer/linear-probe';
import { seedFrom } from '@interlayer/text-data';
import { type CheckControl, stat } from '../../claim';
import type { Bench } from '../../materials/material';
import { ENCODERS, type Encoder, type EncoderStates } from './materials/encoders';

/** How many of the most frequent tokens are told apart; all others are one class. */
const FREQUENT = 10;
const SHARES = { train: 0.5, dev: 0.1, test: 0.4 };

/** Probes of one model at one site, one for each layer. */
export interface ModelProbes {
  /** Accuracy on test tokens, percent, by layer. */
  accuracy: stat.Statistic[];
  /** Accuracy minus that of the control task, by layer. */
  selectivity: stat.Statistic[];
  /** The layer that is best on dev tokens. */
  best: number;
}

/** Whether a linear probe can tell which token stands before each, for every layer of every model; the same tokens for all. */
export async function tokenBeforeProbes({ states, rows, length }: EncoderStates, bench: Bench) {
  const tokens = rows.flatMap(({ ids }) => ids.slice(1));
  const before = rows.flatMap(({ ids }) => ids.slice(0, -1));
  const row = rows.flatMap((_, index) => Array<number>(length - 1).fill(index));
  const places = Int32Array.from(row, (index, i) => index * length + (i % (length - 1)) + 1);
  const frequent = mostFrequent(before, FREQUENT);
  const labels = before.map((token) => (frequent.includes(token) ? token : -1));
  const split = splitByGroup(row, { seed: seedFrom(bench.seed, 'probes'), shares: SHARES });
  const shared = {
    labels,
    groups: row,
    types: tokens,
    split,
    seed: bench.seed,
    kind: 'ridge' as const,
    resamples: 2000,
  };
  const overTest: stat.Units = {
    clusters: Array.from(split.test.rows, (i) => row[i]!),
    method: 'bootstrap (BCa) over stretches of held-out text, then tokens, 4,000 resamples or more',
  };
  const records = {} as Record<Encoder, ProbeRecord[]>;
  for (const [i, encoder] of ENCODERS.entries()) {
    records[encoder] = [];
    for (const [layer, [output]] of states[encoder].entries()) {
      const { record } = await probe({ ...shared, X: takeRows(output!, places) });
      records[encoder].push(record);
      bench.progress((i + (layer + 1) / states[encoder].length) / ENCODERS.length);
    }
  }
  const shuffled = await shuffledAccuracy({ ...shared, X: takeRows(states.base.at(-1)![0]!, places) });
  const probes = Object.fromEntries(ENCODERS.map((encoder) => [encoder, probesOf(records[encoder], overTest)]));
  return {
    probes: probes as Record<Encoder, ModelProbes>,
    /** Always saying the most frequent class, percent. */
    majority: 100 * records.base[0]!.majority.test.estimate,
    /** With labels assigned to tokens at random. */
    shuffled,
  };
}

export type Probes = Awaited<ReturnType<typeof tokenBeforeProbes>>;

/** Accuracy of a probe, percent, with labels given to rows at random: without types, the control task gives each row its own. */
export const shuffledAccuracy = async (options: ProbeOptions): Promise<number> =>
  100 * (await probe({ ...options, types: undefined })).record.control.test.estimate;

/** A probe of labels in random order is no better than always saying the most frequent class. */
export const shuffledRowLabels: CheckControl<unknown, { shuffled: number; majority: number }> = {
  record: {
    name: 'shuffled labels',
    kind: 'positive',
    description: 'The same probe with labels assigned to rows at random',
    expected: 'no better than always saying the most frequent class, but for 2 points of chance',
  },
  check: (_, [ours]) => ({
    passed: ours!.shuffled < ours!.majority + 2,
    detail: `${ours!.shuffled.toFixed(1)} % with shuffled labels, ${ours!.majority.toFixed(1)} % for the most frequent class`,
  }),
};

/** The accuracy and selectivity of a model's probes for every weighting of the test rows. */
export function probesOf(records: readonly ProbeRecord[], units: stat.Units): ModelProbes {
  const percent = (predicted: readonly number[], truth: readonly number[]) =>
    stat.percentOf(predicted.map((id, i) => id === truth[i]));
  const accuracy = records.map(({ predicted, testRows }) => percent(predicted, testRows.ids));
  const control = records.map(({ control, testRows }) => percent(control.predicted, testRows.controlIds));
  const onDev = records.map(({ path }) => Math.max(...path.map(({ dev }) => dev)));
  return {
    accuracy: stat.byLayer(units, accuracy),
    selectivity: stat.excess(stat.byLayer(units, accuracy), stat.byLayer(units, control)),
    best: onDev.indexOf(Math.max(...onDev)),
  };
}

/** The most frequent of some tokens, the most frequent first. */
function mostFrequent(tokens: readonly number[], count: number): number[] {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, count)
    .map(([token]) => token);
}
