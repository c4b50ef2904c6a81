import { activeShare, type Matrix, residualReadout, top, valueArgmax, zeroAgreement } from '@interlayer/ffn-memory';
import type { Runtime } from '@interlayer/runtime';
import type { HostTensor } from '@interlayer/tensor-compile';
import type * as tf from '@tensorflow/tfjs-core';
import { type BatchInputs, forEachBatch, hostMatrix, placesOf } from './batches';
import { type Context, type MemoryModel, type ModelTensors, pickAt, type Readout } from './memory-model';
import { openReader, type Reader } from './reader';

/** What one layer says at the place of each context; all arrays have one entry per context. */
export interface LayerReading {
  /** Share of cells with a positive coefficient. */
  active: Float64Array;
  /** Top tokens of the residual r, the feed-forward output y and the layer output o. */
  r: Int32Array;
  y: Int32Array;
  o: Int32Array;
  /** Probability that the readout of r gives to the model's final token. */
  confidence: Float64Array;
  /** No cell promotes top(y), over all cells and over the active ones; and, as the authors' script has it, top(o) over active ones. */
  zero: { all: boolean[]; active: boolean[]; asCoded: boolean[] };
}

export interface Reading {
  /** The readout of r, y and o; values are always read out bare, as the paper defines their distributions. */
  readout: string;
  layers: LayerReading[];
  vocabulary: number;
  /** The model's own prediction: top(o) of the last layer. */
  final: Int32Array;
  /** Identities that hold in any such model; they tell a wrong hook point from a finding. */
  bookkeeping: {
    /** Largest |sum − (r + y)| over all layers, contexts and dimensions, relative to the largest |sum|. */
    sum: number;
    /** Contexts whose top(o) at the last layer is not the argmax of the model's own scores; of the model's own readout only. */
    argmaxDisagreements: number;
    checked: number;
  };
}

/** The model's own scores are large, so its argmax is compared on this many contexts. */
const CHECKED = 256;
const SITES = ['middle', 'ffn.hidden', 'ffn.output', 'ffn.sum', 'output'] as const;

/** Reads a model out at each context, by each of its readouts; the model's own comes first. */
export async function readOut(model: MemoryModel, contexts: readonly Context[], runtime: Runtime): Promise<Reading[]> {
  const inputs = contexts.map((context, i) => {
    const input = model.input(context);
    if (!input) throw new Error(`Context ${i} is too long for a model of ${model.positions} positions; leave it out.`);
    return input;
  });
  const forward = runtime.executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) =>
      model.trace({ ids, mask }, SITES).map((layer) => layer.map((tensor) => pickAt(tensor, place))),
    { name: 'layers at the place that is read', cacheSize: 2 },
  );
  const readers = await Promise.all(model.readouts.map((readout) => openReader(readout, runtime)));
  try {
    const values = await Promise.all(Array.from({ length: model.layers }, (_, layer) => model.values(layer)));
    const bare = readers.at(-1)!;
    const valueTops: Int32Array[] = [];
    for (const each of values) valueTops.push(await valueArgmax(each, bare.embedding, bare.options));
    const readings = model.readouts.map((readout) => emptyReading(readout, model, contexts.length));
    let [off, largest] = [0, 0];
    await forEachBatch(inputs, model.positions, async (batch, rows, length) => {
      const place = placesOf(inputs, rows, length);
      const found = ((await forward({ ...batch, place })) as unknown as HostTensor[][]).map((layer) =>
        layer.map(hostMatrix),
      );
      for (const [r, , y, sum] of found)
        for (let i = 0; i < sum!.data.length; i++) {
          off = Math.max(off, Math.abs(sum!.data[i]! - r!.data[i]! - y!.data[i]!));
          largest = Math.max(largest, Math.abs(sum!.data[i]!));
        }
      for (const [i, reading] of readings.entries()) await readBatch(reading, readers[i]!, found, valueTops, rows);
    });
    const own = await argmaxDisagreements(model, inputs, readings[0]!.final, runtime);
    for (const [i, { bookkeeping }] of readings.entries()) {
      bookkeeping.sum = off / Math.max(1, largest);
      if (i === 0) Object.assign(bookkeeping, own);
    }
    return readings;
  } finally {
    await forward.dispose();
    for (const reader of readers) await reader.dispose();
  }
}

function emptyReading(readout: Readout, { layers, vocabulary }: MemoryModel, n: number): Reading {
  return {
    readout: readout.name,
    vocabulary,
    final: new Int32Array(n),
    bookkeeping: { sum: 0, argmaxDisagreements: 0, checked: 0 },
    layers: Array.from({ length: layers }, () => ({
      active: new Float64Array(n),
      r: new Int32Array(n),
      y: new Int32Array(n),
      o: new Int32Array(n),
      confidence: new Float64Array(n),
      zero: { all: new Array(n), active: new Array(n), asCoded: new Array(n) },
    })),
  };
}

/** Puts what a batch says where its rows belong. */
async function readBatch(
  reading: Reading,
  { embedding, options }: Reader,
  found: readonly Matrix[][],
  valueTops: readonly Int32Array[],
  rows: readonly number[],
): Promise<void> {
  const tokens = (h: Matrix) => top(h, embedding, options);
  const final = await tokens(found.at(-1)![4]!);
  put(reading.final, final, rows);
  for (const [slot, [residual, coefficients, output, , after]] of found.entries()) {
    const layer = reading.layers[slot]!;
    const said = await residualReadout(residual!, embedding, final, options);
    const y = await tokens(output!);
    const o = slot === found.length - 1 ? final : await tokens(after!);
    put(layer.r, said.top, rows);
    put(layer.confidence, said.confidence, rows);
    put(layer.y, y, rows);
    put(layer.o, o, rows);
    put(layer.active, activeShare(coefficients!), rows);
    const memory = { coefficients: coefficients!, valueTop: valueTops[slot]!, y, o };
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
  model: MemoryModel,
  inputs: readonly { ids: readonly number[]; at: number }[],
  final: Int32Array,
  { executor }: Runtime,
): Promise<{ argmaxDisagreements: number; checked: number }> {
  const whole = executor.compile(
    ({ ids, mask, place }: ModelTensors & { place: tf.Tensor2D }) => model.scores({ ids, mask }, place),
    { name: "the model's own scores", cacheSize: 2 },
  );
  const some = inputs.slice(0, CHECKED);
  let wrong = 0;
  try {
    await forEachBatch(some, model.positions, async (batch: BatchInputs, rows, length) => {
      const found = (await whole({ ...batch, place: placesOf(some, rows, length) })) as HostTensor;
      const scores = found.data as Float32Array;
      for (const [i, row] of rows.entries()) {
        const own = scores.subarray(i * model.vocabulary, (i + 1) * model.vocabulary);
        const best = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
        // Equal but for rounding is equal: the two readouts may add up in another order.
        if (best - own[final[row]!]! > 1e-4 * Math.max(1, Math.abs(best))) wrong++;
      }
    });
  } finally {
    await whole.dispose();
  }
  return { argmaxDisagreements: wrong, checked: some.length };
}
