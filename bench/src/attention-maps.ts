import { type AttentionMap, attentionMaps, gateOf, type Integration } from '@interlayer/attention-maps';
import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import type { BenchContext, Benchmark } from './benchmark';
import { interleave } from './interleave';
import { type MapShape, mapLayer } from './map-layer';
import { peakMemoryOf } from './peak-memory';
import { withThreads } from './with-threads';

const RULES: Readonly<Record<string, Integration>> = {
  'closed form': 'closed-form',
  'Gauss–Legendre, 32 steps': { rule: 'gauss-legendre', steps: 32 },
};

interface AttentionMapsShape {
  timed: MapShape;
  /** What the peak memory is measured with; absent: it is not. */
  large?: MapShape;
}

const FULL: AttentionMapsShape = {
  timed: { tokens: 128, width: 768, heads: 12, inner: 3072 },
  large: { tokens: 512, width: 768, heads: 12, inner: 3072 },
};

/**
 * All maps of one layer, and the gates of its feed-forward block alone, in closed form and by numerical integration, each of
 * which computes a gate once for all sources.
 */
export const benchmarkOf = ({ timed, large }: AttentionMapsShape): Benchmark => ({
  name: 'attention-maps',
  async run({ threads, rounds }: BenchContext) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const layer = mapLayer(timed);
    const [closed, numerical] = Object.keys(RULES) as [string, string];
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    const last: Record<string, AttentionMap> = {};
    const options = { rounds: Math.min(rounds, 5), warmUp: 1 };
    const record = (times: Record<string, number[]>) => {
      for (const [name, ms] of Object.entries(times)) medians[name] = median(ms) / 1e3;
    };
    for (const count of threads) {
      const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
      const matmul = compileMatmul(executor);
      const named = (name: string) => withThreads(`maps, ${name}`, count);
      record(
        await interleave(
          Object.entries(RULES).map(([name, integration]) => ({
            name: named(name),
            async run() {
              last[name] = (await attentionMaps(layer, { integration, matmul })).AtbFfResLn;
              return undefined;
            },
          })),
          options,
        ),
      );
      await executor.dispose();
      ratios[`closedVsNumerical${count}`] = medians[named(numerical)]! / medians[named(closed)]!;
      notes[`layersPerSecond${count}`] = 1 / medians[named(closed)]!;
    }
    const { data } = last[closed]!.map;
    notes.largestDifference = Math.max(...last[numerical]!.map.data.map((value, k) => Math.abs(value - data[k]!)));
    notes.largestGap = Math.max(...Object.values(last).map(({ gap }) => gap));
    const sums = Float64Array.from({ length: timed.tokens * timed.inner }, (_, i) => 2 * Math.sin(i * i));
    record(
      await interleave(
        Object.entries(RULES).map(([name, integration]) => ({
          name: `gates, ${name}`,
          async run() {
            sums.map(gateOf('gelu', integration));
            return undefined;
          },
        })),
        options,
      ),
    );
    ratios.gatesClosedVsNumerical = medians[`gates, ${numerical}`]! / medians[`gates, ${closed}`]!;
    if (large)
      notes.peakMemoryMB = peakMemoryOf(
        new URL('./attention-maps-memory.ts', import.meta.url),
        [Math.max(...threads), large.tokens, large.width, large.heads, large.inner].map(String),
      );
    return {
      title: `maps of one layer at all scopes: ${timed.tokens} tokens, d ${timed.width}, ${timed.inner} hidden units${large ? `; peak memory with ${large.tokens} tokens` : ''}`,
      unit: 's',
      medians,
      ratios,
      notes,
    };
  },
});

export const attentionMapsBenchmark = benchmarkOf(FULL);
