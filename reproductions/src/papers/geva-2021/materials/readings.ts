import { type Matrix, matrix } from '@interlayer/linalg';
import type { Tokenizer } from '@interlayer/tokenizer';
import type { Sample } from '../../../claim/claim';
import { HELD_OUT, heldOutPrefixes, type Prefix } from '../../../materials/held-out-prefixes';
import { material } from '../../../materials/material';
import { isLarge } from '../../../subjects/specimen';
import { SOURCE } from '../paper';
import type { Bookkeeping } from './bookkeeping';
import { type CellSigns, FEWER, type Reading, readOut } from './read-out';
import { ADDRESS_INTERVALS, deviationsOf, readoutNote } from './sample';

/** A model at each held-out prefix, under its own readout. A model without a head has active cells alone. */
export interface Readings extends Reading, Sample {
  /** The same under r · Eᵀ, where that is not the model's own readout. */
  bare?: Reading;
  prefixes: readonly Prefix[];
  /** Memory cells of each layer. */
  cells: number;
  vocabulary: number;
  tokenizer: Tokenizer;
  /** By layer. */
  signs: CellSigns[];
  /** Whether algebra excludes a fifth case: o = r + y, and scores add up. */
  adds: boolean;
  bookkeeping: Bookkeeping;
}

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
      ...checked
    } = await readOut(specimen, prefixes, runtime, bench.progress);
    const { readouts, cells, vocabulary, tokenizer } = specimen;
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
      adds: specimen.adds && readouts[0]?.linear === true,
      ...checked,
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

/** Predictions with the embedding of the tokens. */
export interface EmbeddedReadings extends Readings {
  /** One row per token: [V, d] */
  embedding: Matrix;
}

/** The same with the embedding, which of a large model takes memory that few claims need. */
export const embeddedPredictions = material<EmbeddedReadings>({
  ...predictions,
  name: 'predictions and embeddings',
  uses: [predictions],
  async make(bench) {
    const { readouts, width } = await bench.specimen();
    const embedding = matrix((await readouts[0]!.embedding.data()) as Float32Array, width);
    return { ...(await bench.get(predictions)), embedding };
  },
});
