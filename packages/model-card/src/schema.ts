import { z } from 'zod';
import type { CausalCard, Interval, MaskedCard } from './model-card';

const text = z.string().min(1);
const count = z.int().min(1);
const countOrNone = z.int().min(0);
const positive = z.number().positive();
const share = z.number().min(0).max(1);
/** Nats per token. */
const loss = z.number().min(0);
const interval: z.ZodType<Interval> = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, 'the lower end is above the upper one');

const causalScore = { loss };
const maskedScore = { loss, top1: share };

const commonRecipe = {
  name: text,
  description: text,
  length: count,
  batch: count,
  steps: count,
  optimizer: z.strictObject({
    peak: positive,
    warmUp: countOrNone,
    beta1: share,
    beta2: share,
    epsilon: positive,
    weightDecay: z.number().min(0),
    clipNorm: positive,
  }),
  seed: countOrNone,
  checkpointEvery: count,
  evaluateEvery: count,
  snapshots: z.array(count),
  ships: z.literal('card').optional(),
};
const initial = {
  std: positive,
  positions: z.enum(['normal', 'sinusoidal']).optional(),
  positionBase: positive.optional(),
};

// Other fields of config.json are allowed: a recipe may give any of them.
const causalRecipe = z.strictObject({
  ...commonRecipe,
  objective: z.literal('causal'),
  initial: z.strictObject(initial),
  model: z.looseObject({
    vocab_size: count,
    n_positions: count.optional(),
    n_embd: count,
    n_layer: count,
    n_head: count,
    activation_function: text.optional(),
    tie_word_embeddings: z.boolean().optional(),
    final_layer_norm: z.boolean().optional(),
  }),
});

const layers = z.array(z.boolean()).optional();
const maskedRecipe = z.strictObject({
  ...commonRecipe,
  objective: z.literal('masked'),
  initial: z.strictObject({ ...initial, residualScale: positive.optional() }),
  maskRate: share,
  shortRows: z.strictObject({ length: count, steps: countOrNone }).optional(),
  fade: z
    .strictObject({ steps: count, skips: z.array(countOrNone).optional(), blocks: z.array(countOrNone).optional() })
    .optional(),
  model: z
    .looseObject({
      vocab_size: count,
      hidden_size: count,
      num_hidden_layers: count,
      num_attention_heads: count,
      max_position_embeddings: count.optional(),
      hidden_act: text.optional(),
      feed_forward: layers,
      skips: z.strictObject({ attention: layers, feed_forward: layers }).optional(),
    })
    .refine(
      ({ num_hidden_layers: layers, feed_forward: blocks, skips }) =>
        [blocks, skips?.attention, skips?.feed_forward].every((list) => !list || list.length === layers),
      'a list of layers has another length than num_hidden_layers',
    ),
});

const bar = z
  .strictObject({ what: text, value: z.number(), atLeast: z.number(), met: z.boolean() })
  .refine(({ value, atLeast, met }) => met === value >= atLeast, '"met" is not what value and atLeast say');

function fieldsOf<Score extends z.ZodRawShape, More extends z.ZodRawShape>(score: Score, more: More) {
  return {
    name: text,
    description: text,
    parameters: count,
    heldOut: z.strictObject({
      ...score,
      ...more,
      split: text,
      addresses: count,
      tokens: count,
      lossInterval: interval,
      byAddress: z.array(z.strictObject({ id: text, tokens: count, ...score })),
    }),
    bars: z.array(bar),
    leftPlateauBy: countOrNone.nullable(),
    snapshots: z.array(z.strictObject({ step: countOrNone, ...score })),
    training: z.strictObject({
      tokens: count,
      seconds: z.number().min(0),
      engine: text,
      device: text,
      versions: z.record(text, text),
    }),
    corpus: z.strictObject({
      name: text,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
      trainTokens: count,
    }),
  };
}

/** What the parts of a card say of each other: the path of a part, what is wrong with it, and when it is right. */
const AGREEMENTS: readonly [path: string, fault: string, holds: (card: CausalCard | MaskedCard) => boolean][] = [
  ['name', 'the recipe has another name', ({ name, recipe }) => name === recipe.name],
  [
    'heldOut.addresses',
    'byAddress has another length',
    ({ heldOut: { addresses, byAddress } }) => addresses === byAddress.length,
  ],
  [
    'heldOut.tokens',
    'the tokens of byAddress have another sum',
    ({ heldOut: { tokens, byAddress } }) =>
      tokens === (byAddress as readonly { tokens: number }[]).reduce((sum, each) => sum + each.tokens, 0),
  ],
  [
    'training.tokens',
    'the recipe has another number: steps × batch × length',
    ({ training, recipe: { steps, batch, length } }) => training.tokens === steps * batch * length,
  ],
];

const agreeing = <Card extends CausalCard | MaskedCard>(card: z.ZodType<Card>): z.ZodType<Card> =>
  AGREEMENTS.reduce<z.ZodType<Card>>(
    (schema, [path, error, holds]) => schema.refine(holds, { path: path.split('.'), error }),
    card,
  );

const nats = { unigramEntropy: loss };

/** What card.json of a causal and of a masked model must look like. */
export const cards = {
  causal: agreeing<CausalCard>(
    z.strictObject({
      ...fieldsOf(causalScore, {}),
      baselines: z.strictObject({ ...nats, unigram: loss, bigram: loss, trigram: loss }),
      recipe: causalRecipe,
    }),
  ),
  masked: agreeing<MaskedCard>(
    z.strictObject({
      ...fieldsOf(maskedScore, { top1Interval: interval }),
      baselines: z.strictObject({ ...nats, mostFrequentShare: share }),
      recipe: maskedRecipe,
    }),
  ),
};
