import { activeShare, type CompositionCase, compositionCase, zeroAgreement } from '@interlayer/ffn-memory';
import { type Matrix, matrix, takeRows } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import type { Tokenizer } from '@interlayer/tokenizer';
import type * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../../../claim/claim';
import { type BatchInputs, forEachBatch, placesOf } from '../../../materials/batches';
import { HELD_OUT, heldOutPrefixes, type Prefix } from '../../../materials/held-out-prefixes';
import { material } from '../../../materials/material';
import { openPredictor, PREDICTED, type Predictor } from '../../../materials/predictor';
import { rowBlocks } from '../../../materials/row-blocks';
import { inputsOf, traceAt } from '../../../materials/trace-at';
import {
  type Context,
  isLarge,
  type LayerMemory,
  type ModelTensors,
  memoryOf,
  type Readout,
  type Specimen,
  sharedWeights,
} from '../../../subjects/specimen';
import { SOURCE } from '../paper';
import { ADDRESS_INTERVALS, deviationsOf, readoutNote } from './sample';

/** What one layer says at the place of each context; all arrays have one entry per context. */
export interface LayerReading {
  /** Share of cells with a positive coefficient. */
  active: Float64Array;
  /** Top tokens of the residual r, the feed-forward output y and the layer output o. */
  r: Int32Array;
  y: Int32Array;
  o: Int32Array;
  /** Whether r already points at the model's final token. */
  hit: boolean[];
  /** What the layer's prediction is made of. */
  cases: CompositionCase[];
  /** Probability that the readout of r gives to the model's final token. */
  confidence: Float64Array;
  /** No cell promotes top(y), over all cells and over the active ones; and, as the authors' script has it, top(o) over active ones. */
  zero: { all: boolean[]; active: boolean[]; asCoded: boolean[] };
}

/** What a model says under one readout. */
export interface Reading {
  /** Name of the readout of r, y and o; values are always read out bare, as the paper defines their distributions. */
  readout: string;
  layers: LayerReading[];
  /** The model's own prediction: top(o) of the last layer. */
  final: Int32Array;
}

/** A model at each held-out prefix, under its own readout. A model without a head has active cells alone. */
export interface Readings extends Reading, Sample {
  /** The same under r · Eᵀ, where that is not the model's own readout. */
  bare?: Reading;
  prefixes: readonly Prefix[];
  /** Memory cells of each layer. */
  cells: number;
  vocabulary: number;
  tokenizer: Tokenizer;
  /** One row per token: [V, d]; of a model with a readout. */
  embedding?: Matrix;
  /** Whether algebra excludes a fifth case: o = r + y, and scores add up. */
  adds: boolean;
  bookkeeping: Bookkeeping;
}

/** Identities that hold in any such model; they tell a wrong hook point from a finding. */
export interface Bookkeeping {
  /** Largest |sum − (r + y)| over all layers, contexts and dimensions, relative to the largest |sum|. */
  sum: number;
  /** Largest |y − (Σ mᵢvᵢ + b)| over all layers and some contexts, relative to the largest |y|: r and y swapped add up all the same. */
  memory: number;
  /** Contexts whose top(o) at the last layer is not the argmax of the model's own scores. */
  argmaxDisagreements: number;
  checked: number;
}

/** What controls of large models read, and all of them when read out bare. */
const FEWER = 1000;

/** Every layer of a model at held-out prefixes: what fires, and what residual, block and layer predict. */
export const readings = material<Readings>({
  name: 'readings',
  needs: ['memories'],
  source: SOURCE,
  sample: `${HELD_OUT}; controls of large models: ${FEWER.toLocaleString('en-US')} of them`,
  uses: [heldOutPrefixes],
  budget: { seconds: 120, megabytes: 1500 },
  async make(bench) {
    const [specimen, runtime] = [await bench.specimen(), await bench.runtime()];
    const { prefixes: all, dropped } = await bench.get(heldOutPrefixes);
    const prefixes = isLarge(specimen) && bench.condition !== 'trained' ? all.slice(0, FEWER) : all;
    const {
      readings: [own, bare],
      bookkeeping,
    } = await readOut(specimen, prefixes, runtime, bench.progress);
    const { readouts, width, cells, vocabulary, tokenizer } = specimen;
    const embedding = readouts[0] && matrix((await readouts[0].embedding.data()) as Float32Array, width);
    return {
      ...own!,
      ...(bare ? { bare } : {}),
      units: { clusters: prefixes.map(({ address }) => address), method: ADDRESS_INTERVALS },
      dropped,
      deviations: deviationsOf(specimen, bench.scale),
      prefixes,
      cells,
      vocabulary,
      tokenizer,
      embedding,
      adds: specimen.adds && readouts[0]?.linear === true,
      bookkeeping,
    };
  },
});

/** The same, of a model that predicts tokens. */
export const predictions = material<Readings>({
  ...readings,
  name: 'predictions',
  needs: ['memories', 'readout'],
  uses: [readings],
  budget: undefined,
  async make(bench) {
    const of = await bench.get(readings);
    return { ...of, deviations: [...of.deviations, ...readoutNote(of)] };
  },
});

/** The model's own scores are large, so its argmax is compared on this many contexts. */
const CHECKED = 256;
/** Contexts whose y is computed again from the cells: cells × width products each. */
const RECOMPUTED = 16;
const SITES = ['middle', 'ffn.hidden', 'ffn.output', 'ffn.sum', 'output'] as const;

/** Reads a model out at each context, by each of its readouts; the model's own comes first. */
export async function readOut(
  specimen: Specimen,
  contexts: readonly Context[],
  runtime: Runtime,
  progress: (share: number) => void = () => {},
): Promise<{ readings: Reading[]; bookkeeping: Bookkeeping }> {
  const { layers, gated } = specimen;
  // The model's own readout and the bare one; others are for values.
  const readouts = specimen.readouts.filter((_, i, all) => i === 0 || i === all.length - 1);
  const inputs = inputsOf(specimen, contexts);
  const read = (reader: number) =>
    reader > 0 && isLarge(specimen) ? Math.min(FEWER, contexts.length) : contexts.length;
  const predictors = readouts.map((readout) => openPredictor(readout, specimen.adds, runtime));
  try {
    const memories: LayerMemory[] = [];
    const valueTops: ValueTops[] = [];
    const bare = predictors.at(-1);
    for (let layer = 0; layer < layers; layer++) {
      const memory = await memoryOf(specimen, layer);
      memories.push(memory);
      if (!bare) continue;
      const { top, bottom } = await bare.ends(memory.values);
      valueTops.push({ valueTop: top, ...(gated && { reversedTop: bottom }) });
    }
    const readings = (readouts.length > 0 ? readouts : [undefined]).map((readout, i) =>
      emptyReading(readout, layers, read(i)),
    );
    let done = 0;
    let [off, largest] = [0, 0];
    let [memoryOff, largestOutput] = [0, 0];
    const sites = [...SITES, ...(gated ? (['ffn.gate'] as const) : [])];
    const blocks = rowBlocks(PREDICTED, async (states, rows) => {
      for (const [r, , y, sum] of states)
        for (let i = 0; i < sum!.data.length; i++) {
          off = Math.max(off, Math.abs(sum!.data[i]! - r!.data[i]! - y!.data[i]!));
          largest = Math.max(largest, Math.abs(sum!.data[i]!));
        }
      for (const [layer, [, coefficients, output]] of states.entries())
        for (const [row, context] of rows.entries()) {
          if (context >= RECOMPUTED) continue;
          const y = output!.data.subarray(row * output!.columns, (row + 1) * output!.columns);
          const again = outputOf(memories[layer]!, coefficients!, row);
          for (const [k, value] of y.entries()) {
            memoryOff = Math.max(memoryOff, Math.abs(value - again[k]!));
            largestOutput = Math.max(largestOutput, Math.abs(value));
          }
        }
      for (const [i, reading] of readings.entries()) {
        const lines = [...rows.keys()].filter((line) => rows[line]! < read(i));
        const here = lines.map((line) => rows[line]!);
        const taken = lines.length === rows.length ? states : states.map((all) => all.map((of) => takeRows(of, lines)));
        for (const [layer, [, coefficients, , , , gates]] of taken.entries())
          put(reading.layers[layer]!.active, activeShare(gates ?? coefficients!), here);
        if (predictors[i] && here.length > 0) await readBatch(reading, predictors[i], taken, valueTops, here);
      }
      progress((done += rows.length) / contexts.length);
    });
    await traceAt(specimen, inputs, runtime, sites, blocks.add);
    await blocks.flush();
    const predictions = predictors.length
      ? await argmaxDisagreements(specimen, inputs, readings[0]!.final, runtime)
      : { argmaxDisagreements: 0, checked: 0 };
    const bookkeeping = { sum: off / Math.max(1, largest), memory: memoryOff / (largestOutput || 1) };
    return { readings, bookkeeping: { ...bookkeeping, ...predictions } };
  } finally {
    for (const predictor of predictors) await predictor.dispose();
  }
}

function emptyReading(readout: Readout | undefined, layers: number, n: number): Reading {
  return {
    readout: readout?.name ?? 'none',
    final: new Int32Array(n),
    layers: Array.from({ length: layers }, () => ({
      active: new Float64Array(n),
      r: new Int32Array(n),
      y: new Int32Array(n),
      o: new Int32Array(n),
      hit: new Array(n),
      cases: new Array(n),
      confidence: new Float64Array(n),
      zero: { all: new Array(n), active: new Array(n), asCoded: new Array(n) },
    })),
  };
}

/** What cells with the coefficients of one row add up to, in float64. */
function outputOf({ values, bias }: LayerMemory, coefficients: Matrix, row: number): Float64Array {
  const sum = Float64Array.from(bias);
  for (let cell = 0; cell < values.rows; cell++) {
    const coefficient = coefficients.data[row * coefficients.columns + cell]!;
    for (let k = 0; k < sum.length; k++) sum[k]! += coefficient * values.data[cell * values.columns + k]!;
  }
  return sum;
}

/** What each cell of a layer promotes; with a negative coefficient, where it can have one. */
type ValueTops = { valueTop: Int32Array; reversedTop?: Int32Array };

/** Puts what a batch says where its rows belong. */
async function readBatch(
  reading: Reading,
  predictor: Predictor,
  states: readonly Matrix[][],
  valueTops: readonly ValueTops[],
  rows: readonly number[],
): Promise<void> {
  const statesOf = (slot: number) => ({ r: states[slot]![0]!, y: states[slot]![2]!, o: states[slot]![4]! });
  // The last layer says what the others are asked about.
  const { top: final } = await predictor.ends(statesOf(states.length - 1).o);
  put(reading.final, final, rows);
  for (const [slot, [, coefficients, , , , gates]] of states.entries()) {
    const layer = reading.layers[slot]!;
    const { r, y, probability, ...after } = await predictor.read(statesOf(slot), final);
    const o = slot === states.length - 1 ? final : after.o;
    put(layer.r, r, rows);
    put(layer.confidence, probability, rows);
    put(
      layer.hit,
      Array.from(r, (token, i) => token === final[i]),
      rows,
    );
    put(
      layer.cases,
      Array.from(y, (token, i) => compositionCase(r[i]!, token, o[i]!)),
      rows,
    );
    put(layer.y, y, rows);
    put(layer.o, o, rows);
    const memory = { coefficients: coefficients!, ...valueTops[slot]!, ...(gates && { gates }), y, o };
    put(layer.zero.all, zeroAgreement(memory), rows);
    put(layer.zero.active, zeroAgreement(memory, { cells: 'active' }), rows);
    put(layer.zero.asCoded, zeroAgreement(memory, { target: 'o', cells: 'active' }), rows);
  }
}

function put<T>(target: { [i: number]: T }, values: ArrayLike<T>, rows: readonly number[]): void {
  for (const [i, row] of rows.entries()) target[row] = values[i]!;
}

/** Compares top(o) of the last layer with the argmax of the scores that a plain forward pass gives. */
async function argmaxDisagreements(
  specimen: Specimen,
  inputs: readonly { ids: readonly number[]; at: number }[],
  final: Int32Array,
  { executor }: Runtime,
): Promise<{ argmaxDisagreements: number; checked: number }> {
  const whole = executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) => specimen.scores({ ids, mask }, place),
    { name: "the model's own scores", cacheSize: 2, state: sharedWeights(specimen) },
  );
  const some = inputs.slice(0, CHECKED);
  let wrong = 0;
  try {
    await forEachBatch(some, specimen.positions, async (batch: BatchInputs, rows, length) => {
      const { data } = (await whole({ ...batch, place: placesOf(some, rows, length) })) as HostTensor;
      for (const [i, row] of rows.entries()) {
        const scores = (data as Float32Array).subarray(i * specimen.vocabulary, (i + 1) * specimen.vocabulary);
        const best = scores.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
        // Equal but for rounding is equal: the two readouts may add up in another order.
        if (best - scores[final[row]!]! > 1e-4 * Math.max(1, Math.abs(best))) wrong++;
      }
    });
  } finally {
    await whole.dispose();
  }
  return { argmaxDisagreements: wrong, checked: some.length };
}
