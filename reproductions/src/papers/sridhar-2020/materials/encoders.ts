import type { Matrix } from '@interlayer/linalg';
import type { Sample } from '../../../claim/claim';
import { addressesOf } from '../../../materials/corpus';
import { drawRows, hiddenStates, type TokenRow } from '../../../materials/hidden-states';
import { type Bench, type Material, material } from '../../../materials/material';
import type { Site, Specimen } from '../../../subjects/specimen';

/** Models that differ in how many feed-forward blocks they have; two of each of the first two, from different seeds. */
export const ENCODERS = ['base', 'seed-2', 'half-ffn', 'half-ffn-seed-2', 'third-ffn', 'no-ffn'] as const;
export type Encoder = (typeof ENCODERS)[number];

/** The states of all models at the same tokens: [layer][site], one row for each token. */
export interface EncoderStates extends Sample {
  states: Record<Encoder | 'untrained', Matrix[][]>;
  rows: TokenRow[];
  length: number;
}

/** Where the expectations behind the criteria come from. */
export const SOURCE =
  'Direction: the paper, which gives no number that could be read. Margins: a calibration run on another small model (6 layers, characters), one seed a variant, measured before these models existed.';

export const DEVIATIONS = [
  'Ours: a BERT of 6 layers and width 128 trained on the State of the Union addresses, with a feed-forward block after every 2nd or 3rd attention block, or after none, trained from scratch. The paper: BERT-base; which blocks it kept could not be read.',
];

const LONGEST = 62;

/** What {@link heldOutStretches} draws, in words. */
export const stretchesOf = (count: number): string =>
  `${count} stretches of ${LONGEST} tokens from held-out addresses, without [CLS] and [SEP] (controls: half as many)`;

/** Stretches of held-out text that fit a model, half as many for a control, and how they are resampled. */
export async function heldOutStretches(
  count: number,
  bench: Bench,
): Promise<Pick<EncoderStates, 'rows' | 'length' | 'units'>> {
  const base = await bench.specimen();
  const length = Math.min(LONGEST, base.positions - 2);
  const wanted = bench.condition === 'trained' ? count : count / 2;
  const rows = drawRows(await addressesOf('test', bench), base, {
    count: Math.min(wanted, bench.sample ?? wanted),
    length,
    seed: bench.seed,
  });
  const units = {
    clusters: rows.map(({ text }) => text),
    method: 'hierarchical bootstrap (BCa) over addresses, then stretches of text, 4,000 resamples or more',
  };
  return { rows, length, units };
}

/** States at tokens of held-out text. */
export const encoderStates = (
  name: string,
  sites: readonly Site[],
  count: number,
  budget: number,
): Material<EncoderStates> =>
  material({
    name,
    needs: ['encoder', ...ENCODERS.slice(1).map((each) => `variant:${each}` as const)],
    source: SOURCE,
    sample: stretchesOf(count),
    budget: { seconds: budget, megabytes: 1500 },
    async make(bench: Bench) {
      const stretches = await heldOutStretches(count, bench);
      const read = async (model: Specimen) => hiddenStates(model, stretches.rows, await bench.runtime(), sites);
      const states: Partial<EncoderStates['states']> = {};
      for (const [i, encoder] of ENCODERS.entries()) {
        states[encoder] = await read(await bench.specimen(encoder));
        bench.progress((i + 1) / (ENCODERS.length + 1));
      }
      const initial = (await bench.specimen()).initial(bench.seed);
      states.untrained = await read(initial);
      initial.dispose();
      return {
        states: states as EncoderStates['states'],
        ...stretches,
        dropped: [],
        deviations: DEVIATIONS,
      };
    },
  });
