import { cpus, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { env } from 'onnxruntime-node';
import type { BenchResult } from './benchmark';
import { type Processor, thisProcessor } from './processor';

/** Where the numbers were measured. */
export interface Machine {
  processor: Processor;
  cores: number;
  memoryGiB: number;
  node: string;
  tfjs: string;
  onnxruntime: string | undefined;
}

/** What was measured on one processor. */
export interface Report {
  machine: Machine;
  results: Record<string, BenchResult>;
  /** Ratios by name; with several benchmarks, whose names may clash, by `benchmark.ratio`. */
  ratios: Record<string, number>;
}

export const thisMachine = (): Machine => ({
  processor: thisProcessor(),
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  tfjs: tf.version_core,
  onnxruntime: env.versions.node,
});

export function report(results: Record<string, BenchResult>, machine = thisMachine()): Report {
  const entries = Object.entries(results);
  const ratios = entries.flatMap(([benchmark, { ratios }]) =>
    Object.entries(ratios).map(([name, value]) => [entries.length > 1 ? `${benchmark}.${name}` : name, value]),
  );
  return { machine, results, ratios: Object.fromEntries(ratios) };
}
