import { takeRows } from '@interlayer/linalg';
import {
  blockComponents,
  ComponentFits,
  ComponentScores,
  LinearFit,
  type Points,
  Scorer,
} from '@interlayer/nonlinearity';
import type { Runtime } from '@interlayer/runtime';
import type { Sample } from '../../../claim/claim';
import { drawRows, hiddenStates, type TokenRow } from '../../../materials/hidden-states';
import { material } from '../../../materials/material';
import { openMatmul } from '../../../materials/matmul';
import type { Site, Specimen } from '../../../subjects/specimen';
import {
  deviationsOf,
  FITTED,
  fittedStretches,
  LONGEST,
  readAtOnce,
  SOURCE,
  STRETCH_INTERVALS,
  someTrainingText,
  TOKENS_PER_INPUT,
  textsOf,
} from './sample';

/** Linear maps of six components of every layer, scored on text that they were not fitted to. */
export interface Linearity {
  scores: ComponentScores;
  /** R² of a map fitted to what the first feed-forward block makes of other tokens. */
  chance: number;
}

export interface Linearities extends Sample {
  /** Names of the models, which differ in their seed alone. */
  names: readonly string[];
  models: readonly Linearity[];
  layers: number;
}

const COMPONENTS = ['mlp', 'ffn', 'self_attention_ff', 'ff_after_self_attention', 'attention', 'encoder'] as const;
const HELD = 64;

export const linearities = material<Linearities>({
  name: 'linear maps of components',
  needs: ['memories', 'seeds'],
  source: SOURCE,
  sample: `maps fitted to ${FITTED} stretches of ${LONGEST} tokens of training text (more for models wider than ${Math.floor((FITTED * LONGEST) / TOKENS_PER_INPUT)}) and scored on ${HELD} of held-out text (controls: half of these), without [CLS] and [SEP]; the first token of a stretch, where the stream of a causal model may be huge, is read like any other`,
  budget: { seconds: 150, megabytes: 2000 },
  async make(bench) {
    const base = await bench.specimen();
    const length = Math.min(LONGEST, base.positions - 2);
    const draw = (texts: readonly { text: string }[], wanted: number) =>
      drawRows(texts, base, { count: Math.min(wanted, bench.sample ?? wanted), length, seed: bench.seed });
    const fitted = draw(await someTrainingText(bench), fittedStretches(base, length));
    const held = draw(await textsOf('test', bench), bench.condition === 'trained' ? HELD : HELD / 2);
    const models: Linearity[] = [];
    for (const seed of bench.seeds) {
      models.push(await linearityOf(await bench.specimen(seed), fitted, held, await bench.runtime()));
      bench.progress(models.length / bench.seeds.length);
    }
    return {
      names: bench.seeds,
      models,
      layers: base.layers,
      units: { clusters: held.map(({ text }) => text), method: STRETCH_INTERVALS },
      dropped: [],
      deviations: [
        ...deviationsOf(bench, base),
        'Maps by least squares in closed form (ridge 1e-5); the paper trains them with Adam on the cosine. Its correction for the cone is not known: γ~ = (γ − cone) / (1 − cone) decides, γ − cone and R² stand beside it.',
      ],
    };
  },
});

/** Fits maps of all components on some rows of text and scores them on others, each row a cluster. */
export async function linearityOf(
  specimen: Specimen,
  fitted: readonly TokenRow[],
  held: readonly TokenRow[],
  runtime: Runtime,
): Promise<Linearity> {
  const components = blockComponents({
    norm: specimen.adds ? 'pre' : 'post',
    layers: specimen.layers,
    names: COMPONENTS,
  });
  const { matmul, dispose } = openMatmul(runtime);
  try {
    const fits = new ComponentFits(components, { matmul });
    const { input, output } = components.find(({ name }) => name === 'layers.0.mlp')!;
    const fitOfOthers = new LinearFit(specimen.width, specimen.width, { matmul });
    for (const rows of readAtOnce(specimen, fitted)) {
      const known = await pointsAt(specimen, rows, runtime, fits.points);
      await fits.add(known);
      await fitOfOthers.add(known[input]!, ofOtherTokens(known[output]!));
    }
    const scores = new ComponentScores(components, fits.solve(), { matmul });
    const chance = new Scorer(fitOfOthers.solve(), { matmul });
    for (const rows of readAtOnce(specimen, held)) {
      const unknown = await pointsAt(specimen, rows, runtime, fits.points);
      const clusters = rows.flatMap((row) => row.ids.map(() => held.indexOf(row)));
      await scores.add(unknown, clusters);
      await chance.add(unknown[input]!, ofOtherTokens(unknown[output]!), clusters);
    }
    return { scores, chance: chance.scores().r2! };
  } finally {
    await dispose();
  }
}

/** Each row is that of a token half of the text away. */
const ofOtherTokens = (Y: Points[string]): Points[string] =>
  takeRows(
    Y,
    Array.from({ length: Y.rows }, (_, row) => (row + Math.floor(Y.rows / 2)) % Y.rows),
  );

/** What stands at hook points such as `layers.0.ffn.output`, one row for each token. */
export async function pointsAt(
  specimen: Specimen,
  rows: readonly TokenRow[],
  runtime: Runtime,
  points: readonly string[],
): Promise<Points> {
  const sites = [...new Set(points.map((point) => point.replace(/^layers\.\d+\./, '') as Site))];
  const states = await hiddenStates(specimen, rows, runtime, sites);
  return Object.fromEntries(
    states.flatMap((layer, i) => sites.map((site, j) => [`layers.${i}.${site}`, layer[j]!] as const)),
  );
}
