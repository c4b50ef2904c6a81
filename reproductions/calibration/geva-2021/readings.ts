import type { CompositionCase } from '@interlayer/ffn-memory';
import { normalCdf } from '@interlayer/stats';
import type { LayerReading } from '../../src/papers/geva-2021/materials/read-out';
import type { Readings } from '../../src/papers/geva-2021/materials/readings';
import { LAYERS, VOCABULARY } from '../planted';
import { latents, type Random } from '../random';

/** What is true of the population that prefixes are drawn from, by layer. */
export interface ReadingsTruth {
  /** Percent of prefixes whose residual points at the final token. */
  hits?: readonly number[];
  /** Medians of the confidence in the final token. */
  confidence?: readonly number[];
  /** Medians of the active cells, percent, and their standard deviations. */
  active?: readonly { median: number; spread: number }[];
  /** Percent of prefixes whose residual survives, and that become a third token; the others become the block's own. */
  cases?: readonly { survives: number; composed: number }[];
}

const CELLS = 512;

/** Readings of prefixes in addresses, as mini-gpt would give them if this were true of it. */
export function plantedReadings(
  clusters: readonly number[],
  truth: ReadingsTruth,
  random: Random,
): Omit<Readings, 'tokenizer' | 'prefixes' | 'signs'> {
  const n = clusters.length;
  const tokens = () => new Int32Array(n);
  const layers = Array.from(
    { length: LAYERS },
    (): LayerReading => ({
      active: new Float64Array(n),
      r: tokens(),
      y: tokens(),
      o: tokens(),
      hit: new Array(n).fill(false),
      cases: new Array(n).fill('residual'),
      confidence: new Float64Array(n).fill(0.5),
    }),
  );
  const drawn = <T>(by: readonly T[] | undefined, put: (layer: LayerReading, z: Float64Array, truth: T) => void) => {
    if (!by) return;
    const z = latents(clusters, LAYERS, random);
    for (const [i, layer] of layers.entries()) put(layer, z[i]!, by[i]!);
  };
  drawn(truth.hits, (layer, z, percent) => {
    layer.hit = Array.from(z, (value) => 100 * normalCdf(value) < percent);
  });
  // Rounded to cells and cut off at 0 and 1, which moves no median.
  drawn(truth.confidence, (layer, z, median) => {
    layer.confidence = z.map((value) => Math.min(1, median * Math.exp(1.3 * value)));
  });
  drawn(truth.active, (layer, z, { median, spread }) => {
    layer.active = z.map((value) => Math.max(0, Math.round(((median + spread * value) / 100) * CELLS)) / CELLS);
  });
  drawn(truth.cases, (layer, z, { survives, composed }) => {
    layer.cases = Array.from(z, (value): CompositionCase => {
      const at = 100 * normalCdf(value);
      return at < survives ? 'residual' : at < survives + composed ? 'composition' : 'ffn';
    });
  });
  const last = layers.at(-1)!;
  // Token 1 is the prediction everywhere, and the residual's token where it survives.
  last.r = Int32Array.from(last.cases, (name) => (name === 'residual' ? 1 : 0));
  return {
    readout: 'raw',
    layers,
    final: new Int32Array(n).fill(1),
    cells: CELLS,
    vocabulary: VOCABULARY,
    adds: true,
    bookkeeping: { sum: 0, memory: 0, argmaxDisagreements: 0, checked: n },
    units: { clusters, method: 'planted addresses' },
    dropped: [],
    deviations: [],
  };
}
