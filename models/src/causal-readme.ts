import type { CausalCard } from '@interlayer/model-card';
import { packageReadme } from './package-readme';
import {
  barsTable,
  millions,
  plateauSentence,
  snapshotsTable,
  table,
  thousands,
  trainingTable,
  weightlessSentence,
  withInterval,
} from './readme-parts';

/** The README of a causal model's package, with the numbers from its card. */
export function causalReadme(card: CausalCard): string {
  const { name, heldOut, baselines, recipe, corpus } = card;
  const { model } = recipe;
  const camel = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const readoutNorm = model.final_layer_norm === false ? ' and none before the\nreadout' : '';
  const tied = model.tie_word_embeddings ? ', which is tied to the embeddings' : '';
  const nats = (loss: number) => loss.toFixed(3);
  const losses = table([
    ['loss on held-out text', 'nats per token'],
    [`**${name}** (the shipped file)`, `**${withInterval(heldOut.loss, heldOut.lossInterval, nats)}**`],
    ['trigram model', nats(baselines.trigram)],
    ['bigram model', nats(baselines.bigram)],
    ['unigram entropy of the same tokens', nats(baselines.unigramEntropy)],
  ]);
  return packageReadme({
    name,
    loader: 'gpt-model',
    summary: `${card.description}.`,
    what: `A small real language model as a data package, trained in this repository: ${model.n_layer} layers of width ${model.n_embd}
with ${model.n_head} attention heads, feed-forward blocks of ${4 * model.n_embd} ReLU units, LayerNorm before each block${readoutNorm}${tied}; ${thousands(card.parameters)} parameters in half precision, and a lower-case WordPiece
vocabulary of ${thousands(model.vocab_size)} pieces.${weightlessSentence(card)}

${losses}

Measured on ${thousands(heldOut.tokens)} tokens from the ${heldOut.addresses} addresses of the ${heldOut.split} split, in rows of ${recipe.length} tokens. The n-gram models
(interpolated, absolute discounting) were fitted on the same train split and predict the same tokens. Intervals are 95 %
bootstrap intervals over addresses; \`card.json\` has the loss on each address. The learning curve and its levels use the first
rows of the valid split instead.

![learning curve](./curve.svg)

${barsTable(card)}

${trainingTable(card)}

${snapshotsTable(card)}

${plateauSentence(card)} Larger initial values (0.05 instead of GPT-2's 0.02) gained
0.1 nats at equal steps early in training. The weights in \`steps/<step>\` load like the model itself, but have no tokenizer; those of
step 0 are
\`createGpt(${camel}Card().recipe.model, { seed: ${recipe.seed}, ...${camel}Card().recipe.initial })\`.

\`pnpm train ${name}\` in the repository retrains it; \`log.jsonl\` is the log of this run.`,
    when: `To try an analysis on trained weights without a download, in tests and examples. Not to generate text for anyone to read: it has
seen ${millions(corpus.trainTokens)} million tokens of speeches and nothing else.`,
    use: `import { loadGpt } from '@interlayer/gpt-model';
import { ${camel}Card, ${camel}Folder } from '@interlayer/${name}';
import { startBackend } from '@interlayer/runtime';
import * as tf from '@tensorflow/tfjs-core';

await startBackend();
const { model, tokenizer } = await loadGpt(${camel}Folder());

/** The most likely token after \`ids\`. */
const next = (ids: number[]) =>
  tf.tidy(() => {
    const { logits } = model.run({ ids: tf.tensor2d([ids], [1, ids.length], 'int32') });
    return tf.argMax(tf.slice(logits!, [0, ids.length - 1, 0], [1, 1, -1]), -1).dataSync()[0]!;
  });

const { ids } = tokenizer!.encode('in the constitution of the united');
while (ids.length < 14) ids.push(next(ids));
tokenizer!.decode(ids); // => 'in the constitution of the united states, and the constitution of the united'

${camel}Card().heldOut.loss; // => ${nats(heldOut.loss)}`,
    api: `- \`${camel}Folder()\`: path of the folder with \`config.json\`, \`model.safetensors\` (F16) and \`tokenizer.json\`, as the hub lays them out.
  The tokenizer adds no special tokens; in training, \`[CLS]\` began each address and \`[SEP]\` ended it.
- \`${camel}Card()\`: the content of \`card.json\`, a \`CausalCard\` of \`@interlayer/model-card\`: losses, baselines, recipe, corpus, versions.`,
    compatibility: `The files are in the hub's format, under the names of GPT-2. The model has no final LayerNorm, which other tools
would add: so its \`model_type\` is \`interlayer_gpt2\`, which they refuse and \`@interlayer/gpt-model\` reads.`,
  });
}
