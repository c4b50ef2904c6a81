import { activeShare, type CompositionCase, compositionCase } from '@interlayer/ffn-memory';
import { takeRows } from '@interlayer/linalg';
import type { Runtime } from '@interlayer/runtime';
import { type LayerReader, openLayerReader } from '../../../materials/layer-reader';
import { rowBlocks } from '../../../materials/row-blocks';
import { inputsOf, traceAt } from '../../../materials/trace-at';
import { type Context, isLarge, type Readout, type Specimen } from '../../../subjects/specimen';
import { type BitMatrix, bitMatrix, setRow } from './bit-matrix';
import { type Bookkeeping, openBookkeeping } from './bookkeeping';
import { type LayerValues, layerValues, sitesOf } from './layer-values';

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
}

/** What a model says under one readout. */
export interface Reading {
  /** Name of the readout of r, y and o; values are always read out bare, as the paper defines their distributions. */
  readout: string;
  layers: LayerReading[];
  /** The model's own prediction: top(o) of the last layer. */
  final: Int32Array;
}

/** Signs of the cells of one layer at each context: [contexts, cells]. */
export interface CellSigns {
  /** Which are active: the coefficient, or the gate where there is one, is positive. */
  active: BitMatrix;
  /** Which have a negative coefficient; of gated cells, which promote the reverse of their values there. */
  negative?: BitMatrix;
}

/** A model at each context. */
export interface LayersRead {
  /** By the model's own readout first; under a bare one too where that is another. */
  readings: Reading[];
  /** By layer. */
  signs: CellSigns[];
  bookkeeping: Bookkeeping;
}

/** Contexts whose layers are read out at a time: rows × vocabulary logits are held. */
const ROWS = 256;

/** What controls of large models read, and all of them when read out bare. */
export const FEWER = 1000;

/** Reads a model out at each context, by each of its readouts. */
export async function readOut(
  specimen: Specimen,
  contexts: readonly Context[],
  runtime: Runtime,
  progress: (share: number) => void = () => {},
): Promise<LayersRead> {
  const { layers, gated, cells, adds } = specimen;
  // The model's own readout and the bare one; others are for values.
  const readouts = specimen.readouts.filter((_, i, all) => i === 0 || i === all.length - 1);
  const inputs = inputsOf(specimen, contexts);
  const read = (readout: number) =>
    readout > 0 && isLarge(specimen) ? Math.min(FEWER, contexts.length) : contexts.length;
  const readers = readouts.map((readout) => openLayerReader(readout, adds, runtime));
  const bookkeeping = openBookkeeping(specimen);
  const readings = (readouts.length > 0 ? readouts : [undefined]).map((readout, i) =>
    emptyReading(readout, layers, read(i)),
  );
  const signs = Array.from({ length: layers }, (): CellSigns => {
    const none = () => bitMatrix(contexts.length, cells);
    return { active: none(), ...(gated && { negative: none() }) };
  });
  try {
    let done = 0;
    const blocks = rowBlocks(Math.min(ROWS, contexts.length), async (block, rows) => {
      const states = block.map(layerValues);
      await bookkeeping.add(states, rows);
      for (const [layer, of] of states.entries()) keepSigns(signs[layer]!, of, rows);
      for (const [i, reading] of readings.entries()) {
        const lines = [...rows.keys()].filter((line) => rows[line]! < read(i));
        const here = lines.map((line) => rows[line]!);
        const taken = lines.length === rows.length ? block : block.map((all) => all.map((of) => takeRows(of, lines)));
        await readBlock(reading, readers[i], taken.map(layerValues), here);
      }
      progress((done += rows.length) / contexts.length);
    });
    await traceAt(specimen, inputs, runtime, sitesOf(specimen), blocks.add);
    await blocks.flush();
    const final = readers.length > 0 ? readings[0]!.final : undefined;
    return { readings, signs, bookkeeping: await bookkeeping.close(inputs, final, runtime) };
  } finally {
    for (const reader of readers) await reader.dispose();
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
    })),
  };
}

function keepSigns({ active, negative }: CellSigns, { coefficients, gates }: LayerValues, rows: readonly number[]) {
  for (const [line, row] of rows.entries()) {
    const at = line * gates.columns;
    setRow(active, row, (cell) => gates.data[at + cell]! > 0);
    if (negative) setRow(negative, row, (cell) => coefficients.data[at + cell]! < 0);
  }
}

/** Puts what a block of contexts says where its rows belong; without a reader, which cells fire. */
async function readBlock(
  reading: Reading,
  reader: LayerReader | undefined,
  states: readonly LayerValues[],
  rows: readonly number[],
): Promise<void> {
  for (const [slot, { gates }] of states.entries()) put(reading.layers[slot]!.active, activeShare(gates), rows);
  if (!reader || rows.length === 0) return;
  // The last layer says what the others are asked about.
  const final = await reader.top(states.at(-1)!.o);
  put(reading.final, final, rows);
  for (const [slot, of] of states.entries()) {
    const layer = reading.layers[slot]!;
    const { r, y, probability, ...after } = await reader.read(of, final);
    const o = slot === states.length - 1 ? final : after.o;
    for (const [name, tokens] of Object.entries({ r, y, o })) put(layer[name as 'r' | 'y' | 'o'], tokens, rows);
    put(layer.confidence, probability, rows);
    for (const [i, row] of rows.entries()) {
      layer.hit[row] = r[i] === final[i];
      layer.cases[row] = compositionCase(r[i]!, y[i]!, o[i]!);
    }
  }
}

function put<T>(target: { [i: number]: T }, values: ArrayLike<T>, rows: readonly number[]): void {
  for (const [i, row] of rows.entries()) target[row] = values[i]!;
}
