import type { MaskedCard } from '@interlayer/model-card';
import { packageReadme } from './package-readme';
import { layerNames, millions, percent, table, thousands, withInterval } from './readme-parts';

/** What was done for the architectures that stay on the plateau all the same. */
function fadeParagraph(cards: ReadonlyMap<string, MaskedCard>): string {
  const fade = cards.get('attention-only')?.recipe.fade;
  if (!fade?.blocks) return '';
  return `

Trained from the start as they are, \`attention-only\` and \`no-skip\` stay there too, like \`no-skip-1-3-5\`, of which only the card
ships. So in the first ${thousands(fade.steps)} steps the attention blocks of layers ${layerNames(fade.blocks)} of \`attention-only\` fade in, and the missing
skips of \`no-skip\` fade out. The other models have nothing to fade: their recipe is the same but for that.`;
}

/** The README of the package of masked models, with the numbers from their cards. */
export function miniBertReadme(cards: ReadonlyMap<string, MaskedCard>): string {
  const base = cards.get('base')!;
  const { heldOut, baselines, recipe, corpus } = base;
  const { model } = recipe;
  const nats = (loss: number) => loss.toFixed(2);
  const rows = [...cards].map(([name, card]) => [
    `[\`${name}\`](models/${name})${card.recipe.ships === 'card' ? ' (card only)' : ''}`,
    card.description.replace(/^mini-bert /, '').replace(/, trained on .*$/, ''),
    thousands(card.parameters),
    withInterval(card.heldOut.loss, card.heldOut.lossInterval, nats),
    withInterval(card.heldOut.top1, card.heldOut.top1Interval, percent),
    (card.baselines.unigramEntropy - card.heldOut.loss).toFixed(2),
    card.bars.every(({ met }) => met) ? 'met' : '**missed**',
  ]);
  return packageReadme({
    name: 'mini-bert',
    loader: 'bert-model',
    summary: 'Small post-LN BERTs trained on the State of the Union addresses.',
    what: `Small real masked language models as a data package, trained in this repository: ${model.num_hidden_layers} layers of width ${model.hidden_size} with ${model.num_attention_heads}
attention heads, feed-forward blocks of ${4 * model.hidden_size} GELU units (erf), and a lower-case WordPiece vocabulary of ${thousands(model.vocab_size)} pieces; rows of
at most ${recipe.length} tokens.${
      cards.size > 1
        ? ` Each variant differs from \`base\` in one thing: the text, steps, order of rows, masks and, unless the
name says otherwise, the seed are the same.`
        : ''
    }

${table([['model', '', 'parameters', 'loss, nats', 'accuracy', 'nats below unigram', 'bars'], ...rows])}

Measured on ${thousands(heldOut.tokens)} masked tokens from the ${heldOut.addresses} addresses of the ${heldOut.split} split, with the same masks for all models and 95 % bootstrap
intervals over addresses. The unigram entropy of these tokens is ${baselines.unigramEntropy.toFixed(2)} nats, and the most frequent one makes up ${percent(baselines.mostFrequentShare)} of
them. Each folder has the model's card, log and learning curve; the card lists the bars, which were set before training.

With BERT's usual initial values, post-LN models this small stay at the unigram loss for thousands of steps, and at first only
learn to copy the tokens that are not masked. What got them off that plateau: initial weights of scale ${recipe.initial.std} instead of 0.02, but
projections into the residual stream ${recipe.initial.residualScale} times that, so that a token's own vector survives all layers; sinusoidal initial
positions with wavelengths 2π ${recipe.initial.positionBase}^(2i/d); small batches, so more steps per token; and above all rows of ${recipe.shortRows?.length} tokens for the first
${thousands(recipe.shortRows?.steps ?? 0)} steps, where a masked token's neighbours have more weight in what attention averages.${fadeParagraph(cards)}`,
    when: `To try an analysis on trained weights without a download. Not as language models: each has seen ${millions(corpus.trainTokens)} million tokens of
speeches, ${(base.training.tokens / corpus.trainTokens).toFixed(0)} times, and nothing else. Do not draw conclusions from a model whose card says that it stayed on the plateau.`,
    use: `import { loadBert } from '@interlayer/bert-model';
import { miniBertCard, miniBertFolder } from '@interlayer/mini-bert';
import { startBackend } from '@interlayer/runtime';
import * as tf from '@tensorflow/tfjs-core';

await startBackend();
const { model, tokenizer } = await loadBert(miniBertFolder());

const { ids } = tokenizer!.encode('the senate and the [MASK] of representatives');
const masked = ids.indexOf(tokenizer!.special.mask!);
const predicted = tf.tidy(() => {
  const { mlmLogits } = model.run({ ids: tf.tensor2d([ids], [1, ids.length], 'int32') });
  return tf.argMax(tf.slice(mlmLogits!, [0, masked, 0], [1, 1, -1]), -1).dataSync()[0]!;
});
tokenizer!.idToToken(predicted); // => 'house'

miniBertCard().heldOut.loss; // => ${heldOut.loss.toFixed(3)}

const early = await loadBert(\`\${miniBertFolder()}/steps/${recipe.snapshots[0]}\`);
miniBertCard().snapshots.map(({ step }) => step); // => [0, ${recipe.snapshots.join(', ')}]`,
    api: `- \`miniBertNames\`: the names of the models, as in the table.
- \`miniBertFolder(name = 'base')\`: path of a folder with \`config.json\`, \`model.safetensors\` (F16) and \`tokenizer.json\`, as the hub
  lays them out; \`steps/<step>\` in it has earlier weights, without the tokenizer, where the card lists them.
- \`miniBertCard(name = 'base')\`: the content of \`card.json\`, a \`MaskedCard\` of \`@interlayer/model-card\`: losses,
  accuracies, baselines, recipe, corpus, versions. The untrained model is
  \`createBert(recipe.model, { seed: recipe.seed, heads: ['mlm'], ...recipe.initial })\`.
- \`miniBertCardNames\`: the names that have a card, those without weights too.`,
    compatibility: `The files are in the hub's format. \`base\` is a plain BERT, which other tools load too; a model without
some of its blocks or skips has the \`model_type\` \`interlayer_bert\`, which they refuse and \`@interlayer/bert-model\` reads.`,
  });
}
