import { contributionRows, type Layer, type Scope, scopesOf } from '@interlayer/attention-maps';
import type { Matmul, Matrix } from '@interlayer/linalg';
import { rowsOf } from '@interlayer/linalg';
import type { Sample } from '../../../claim/claim';
import { independent } from '../../../claim/statistic';
import { type Bench, material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import type { Specimen } from '../../../subjects/specimen';
import { deviationsOf, SOURCE } from '../kobayashi';
import { capturedStates, layerOf, layerWeights, type SiteValues } from '../layer-of';
import { forEachSequence } from '../site-values';
import { type Sequence, sequences } from './sequences';

/** How far the contributions miss a layer: the largest ‖sum − state‖ / ‖state‖ over targets. */
export interface ScopeGap {
  model: string;
  layer: number;
  scope: Scope;
  /** Products in float32, compared with what the model itself computed. */
  float32: number;
  /** All in float64, compared with the layer's forward pass in float64. */
  float64: number;
  /** The same without the bias of the values, in float64 against the model itself; NaN where that bias is 0. */
  withoutValueBias: number;
}

export interface Sums extends Sample {
  gaps: ScopeGap[];
}

/** Sequences in float32, and tokens of the one in float64, whose products are plain loops. */
const READ = { sequences: 2, tokens: 12 };

export const sums = material<Sums>({
  name: 'sums of contributions',
  needs: ['memories', 'seeds'],
  source: SOURCE,
  sample: `${READ.sequences} sequences in float32 and one of ${READ.tokens} tokens in float64, special tokens included`,
  budget: { seconds: 60, megabytes: 1500 },
  uses: [sequences],
  async make(bench) {
    const { sequences: all, texts } = await bench.get(sequences);
    const gaps: ScopeGap[] = [];
    for (const variant of bench.seeds) {
      const model = await bench.specimen(variant);
      for (const gap of await gapsOf(model, all.slice(0, READ.sequences), bench)) gaps.push({ model: variant, ...gap });
    }
    const { kind } = await bench.specimen();
    const about = { masked: kind === 'masked', length: all[0]!.counted.filter(Boolean).length, text: texts.name };
    const [first] = deviationsOf(about);
    return { gaps, units: independent(gaps.length, 'counted'), dropped: [], deviations: [first!] };
  },
});

/** The gaps of all layers and scopes of a model. */
export async function gapsOf(
  specimen: Specimen,
  read: readonly Pick<Sequence, 'ids'>[],
  bench: Pick<Bench, 'runtime'>,
): Promise<Omit<ScopeGap, 'model'>[]> {
  const runtime = await bench.runtime();
  const { matmul, dispose } = openMatmul(runtime);
  const gaps: Omit<ScopeGap, 'model'>[] = [];
  const short = [{ ids: read[0]!.ids.slice(0, READ.tokens) }];
  try {
    for (const rows of [read, short])
      await forEachSequence(specimen, rows, runtime, async (values) => {
        for (const [layer, sites] of values.entries())
          for (const gap of await gapsOfLayer(specimen, layer, sites, rows === short ? undefined : matmul)) {
            const known = gaps.find((other) => other.layer === layer && other.scope === gap.scope);
            if (!known) gaps.push(gap);
            else
              for (const of of ['float32', 'float64', 'withoutValueBias'] as const)
                known[of] = Math.max(known[of], gap[of]);
          }
      });
  } finally {
    await dispose();
  }
  return gaps;
}

async function gapsOfLayer(specimen: Specimen, index: number, values: SiteValues, matmul?: Matmul) {
  const weights = await layerWeights(specimen, index);
  const layer = layerOf(weights, values);
  const states = capturedStates(layer.norm, values);
  const rounded = matmul && (await largestGaps(layer, { matmul, states }));
  const exact = matmul ? undefined : await largestGaps(layer);
  const hasBias = Array.from(layer.value.bias ?? []).some((value) => value !== 0);
  const unbiased = matmul
    ? undefined
    : await largestGaps({ ...layer, value: { weight: layer.value.weight } }, { states });
  return scopesOf(layer).map((scope) => ({
    layer: index,
    scope,
    float32: rounded?.[scope] ?? 0,
    float64: exact?.[scope] ?? 0,
    withoutValueBias: hasBias ? (unbiased?.[scope] ?? 0) : Number.NaN,
  }));
}

/** ‖sum − state‖ / ‖state‖, the largest over targets, by scope. */
async function largestGaps(
  layer: Layer,
  { matmul, states }: { matmul?: Matmul; states?: Partial<Record<Scope, Matrix>> } = {},
): Promise<Partial<Record<Scope, number>>> {
  const largest: Partial<Record<Scope, number>> = {};
  for await (const row of contributionRows<Scope>(layer, { ...(matmul ? { matmul } : {}), check: false }))
    for (const scope of scopesOf(layer)) {
      const state = states ? rowsOf(states[scope]!, row.target, row.target + 1).data : row.states[scope];
      largest[scope] = Math.max(largest[scope] ?? 0, gapOf(row.slots[scope], state));
    }
  return largest;
}

function gapOf({ rows, columns, data }: Matrix, state: ArrayLike<number>): number {
  let [gap, length] = [0, 0];
  for (let k = 0; k < columns; k++) {
    let sum = 0;
    for (let slot = 0; slot < rows; slot++) sum += data[slot * columns + k]!;
    gap += (sum - state[k]!) ** 2;
    length += state[k]! ** 2;
  }
  return Math.sqrt(gap / length);
}
