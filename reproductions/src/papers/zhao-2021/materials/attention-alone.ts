import { identity } from '@interlayer/layer-permute';
import type { Sample } from '../../../claim/claim';
import { material } from '../../../materials/material';
import { heldOutMasked } from './masked-text';
import { scoreOrders } from './orders';
import { deviationsOf, LONGEST, SOURCE, STRETCH_INTERVALS } from './sample';
import type { TokenScores } from './token-scores';

/** A full model, one without its feed-forward blocks, and one with three times as many attention blocks in their place. */
export const STACKS = ['base', 'no-ffn', 'attention-only'] as const;

export interface AttentionAlone extends Sample {
  /** In the order of STACKS. */
  models: readonly TokenScores[];
  /** Loss of a unigram model on each row. */
  unigram: Float64Array;
}

const STRETCHES = 128;

export const attentionAlone = material<AttentionAlone>({
  name: 'models of attention alone',
  needs: ['encoder', 'readout', 'variant:no-ffn', 'variant:attention-only'],
  source: SOURCE,
  sample: `${STRETCHES} stretches of ${LONGEST} held-out tokens, 15 % of them masked (controls: half as many)`,
  budget: { seconds: 60, megabytes: 1500 },
  async make(bench) {
    const rows = await heldOutMasked(bench, STRETCHES);
    const models: TokenScores[] = [];
    for (const name of STACKS) {
      const specimen = await bench.specimen(name);
      models.push(...(await scoreOrders(specimen, rows, [identity(specimen.layers)], await bench.runtime())));
      bench.progress(models.length / STACKS.length);
    }
    return {
      models,
      unigram: Float64Array.from(rows, ({ unigram }) => unigram),
      units: { clusters: rows.map(({ text }) => text), method: STRETCH_INTERVALS },
      dropped: [],
      deviations: [
        ...deviationsOf(bench),
        'Accuracy at masked tokens of one model each, all trained for the same number of steps; the twelve further attention blocks fade in over the first 3,000 of 10,000, since otherwise the stack stays at the loss of a unigram model. The paper: a BERT of 6 layers, pre-trained for long, on GLUE, and two further variants with GELU after the attention output, which are not trained here.',
      ],
    };
  },
});
