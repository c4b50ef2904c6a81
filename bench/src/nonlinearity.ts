import { startBackend } from '@interlayer/runtime';
import { median } from '@interlayer/stats';
import { compileMatmul, createExecutor } from '@interlayer/tensor-compile';
import type { BenchContext, Benchmark } from './benchmark';
import { findNumpy } from './cka';
import { componentRows, timedFit, withNumpyFit } from './component-fit';
import { type ComponentSweepShape, componentSweep } from './component-sweep';
import { type Contestant, interleave } from './interleave';
import type { Peer } from './peer';
import { withThreads } from './with-threads';

export interface NonlinearityShape {
  /** One component. */
  one: { rows: number; width: number };
  all: ComponentSweepShape;
}

const FULL: NonlinearityShape = {
  one: { rows: 20_000, width: 768 },
  all: { layers: 6, width: 256, tokens: 20_000 },
};

/** The best affine map of one component against numpy in float64, and all components of all layers, with their scores. */
export const benchmarkOf = (shape: NonlinearityShape): Benchmark => ({
  name: 'nonlinearity',
  async run({ threads, rounds }: BenchContext) {
    await startBackend({ backend: 'cpu', log: () => {} });
    const python = findNumpy();
    const rows = componentRows(shape.one.rows, shape.one.width);
    const medians: Record<string, number> = {};
    const ratios: Record<string, number> = {};
    const notes: Record<string, unknown> = {};
    const r2: Record<string, number> = {};
    const contestant = (name: string, run: () => Promise<{ ms: number; value: number }>): Contestant => ({
      name,
      async run() {
        const { ms, value } = await run();
        r2[name] = value;
        return ms;
      },
    });
    await withNumpyFit(rows, async (startNumpy) => {
      for (const count of threads) {
        const executor = await createExecutor({ provider: 'cpu', threads: count, spin: true });
        let numpy: Peer<number> | undefined;
        try {
          const matmul = compileMatmul(executor);
          numpy = python ? await startNumpy(python, count) : undefined;
          const [ours, theirs] = ['one component, compiled', 'one component, numpy'].map((name) =>
            withThreads(name, count),
          ) as [string, string];
          const times = await interleave(
            [
              contestant(ours, () => timedFit(rows, matmul)),
              ...(numpy ? [contestant(theirs, () => numpy!.run())] : []),
            ],
            { rounds: Math.min(rounds, 5), warmUp: 1 },
          );
          // Long enough that one round has nothing to warm up.
          const sweep = await componentSweep(shape.all, matmul);
          times[withThreads('all components, compiled', count)] = [sweep.ms];
          for (const [name, ms] of Object.entries(times)) medians[name] = median(ms) / 1e3;
          if (numpy) ratios[`compiledVsNumpy${count}`] = medians[theirs]! / medians[ours]!;
          if (numpy) notes.numpy = numpy.about;
          notes.components = Object.keys(sweep.value).length;
        } finally {
          numpy?.close();
          await executor.dispose();
        }
      }
    });
    const plain = await timedFit(rows);
    medians['one component, float64 loops'] = plain.ms / 1e3;
    notes.largestDifference = Math.max(...Object.values(r2).map((value) => Math.abs(value - plain.value)));
    const { one, all } = shape;
    return {
      title: `affine maps: one component of ${one.rows} tokens, d ${one.width}; ${notes.components} components of ${all.layers} layers, ${all.tokens} tokens, d ${all.width}, with scores`,
      unit: 's',
      medians,
      ratios,
      notes,
    };
  },
});

export const nonlinearity = benchmarkOf(FULL);
