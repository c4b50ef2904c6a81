import type { ModelCard } from '@interlayer/mini-gpt';
import { duration } from '@interlayer/training';

const thousands = (value: number) => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');

const millions = (value: number) => (value / 1e6).toFixed(1);

/** A table whose columns are as wide as their widest cell; the first row is the head. */
function table(rows: [string, string][]): string {
  const widths = [0, 1].map((column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row: string[], fill = ' ') => `| ${row.map((cell, i) => cell.padEnd(widths[i], fill)).join(' | ')} |`;
  return [line(rows[0]), line(['', ''], '-'), ...rows.slice(1).map((row) => line(row))].join('\n');
}

/** The README of a package of data, from the numbers of its card. */
export function modelCardReadme(card: ModelCard): string {
  const { name, heldOut, baselines, recipe, training, corpus } = card;
  const { model, optimizer } = recipe;
  const camel = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const loss = heldOut.loss.toFixed(3);
  return `# @interlayer/${name}

${card.description}.

## What is this?

A small real language model as a package of data, trained by this repository: ${model.n_layer} layers of width ${model.n_embd}
with ${model.n_head} attention heads, feed-forward blocks of ${4 * model.n_embd} ReLU units, LayerNorm before each block${
    model.final_layer_norm === false ? ' and none before the\nreadout' : ''
  }${model.tie_word_embeddings ? ', which is tied to the embeddings' : ''}; ${thousands(card.parameters)} parameters in half precision, and a lower-case WordPiece
vocabulary of ${thousands(model.vocab_size)} pieces.

${table([
  ['loss on held-out text', 'nats per token'],
  [`**${name}** (the shipped file)`, `**${loss}**`],
  ['trigram model', baselines.trigram.toFixed(3)],
  ['bigram model', baselines.bigram.toFixed(3)],
  ['unigram entropy of the same tokens', baselines.unigramEntropy.toFixed(3)],
])}

Taken on ${thousands(heldOut.tokens)} tokens of the ${heldOut.addresses} addresses of the ${heldOut.split} split, in rows of ${recipe.length} tokens. The n-gram models
(interpolated, absolute discounting) were fitted on the same train split and predict the same tokens. \`card.json\` has the
loss of each address. The learning curve watches the first rows of the valid split instead, and so do its levels.

![learning curve](./curve.svg)

${table([
  ['trained', ''],
  ['text', `${corpus.name}; train split of ${thousands(corpus.trainTokens)} tokens; SHA-256 \`${corpus.sha256}\``],
  [
    'steps',
    `${thousands(recipe.steps)} of ${recipe.batch} × ${recipe.length} tokens (${millions(training.tokens)} M tokens, ${(training.tokens / corpus.trainTokens).toFixed(1)} epochs), no dropout, seed ${recipe.seed}`,
  ],
  [
    'optimiser',
    `AdamW, peak rate ${optimizer.peak} after ${optimizer.warmUp} steps of warm-up, then linear to 0; β ${optimizer.beta1}, ${optimizer.beta2}; weight decay ${optimizer.weightDecay}; clipped to norm ${optimizer.clipNorm}`,
  ],
  ['time', `${duration(training.seconds)} on ${training.engine}, ${training.device}`],
  [
    'versions',
    Object.entries(training.versions)
      .map(([program, version]) => `${program} ${version}`)
      .join(', '),
  ],
])}

\`pnpm train ${name}\` in the repository makes it again; \`log.jsonl\` is the log of this run.

## When should I use this?

To try an analysis on trained weights without a download, in tests and examples. Not to generate text that anyone should
read: it has seen ${millions(corpus.trainTokens)} million tokens of speeches, and nothing else.

## Install

\`\`\`sh
npm install @interlayer/${name} @interlayer/gpt-model @tensorflow/tfjs-core
\`\`\`

## Use

\`\`\`ts
import { fromPretrained } from '@interlayer/gpt-model';
import { ${camel}Card, ${camel}Folder } from '@interlayer/${name}';

const { model, tokenizer } = await fromPretrained(${camel}Folder);
model.config.n_layer; // => ${model.n_layer}
tokenizer!.vocabularySize; // => ${model.vocab_size}
${camel}Card().heldOut.loss; // => ${loss}
\`\`\`

## API

- \`${camel}Folder\`: path of the folder with \`config.json\`, \`model.safetensors\` (F16) and \`tokenizer.json\`, as the hub lays them out.
- \`${camel}Card()\`: the content of \`card.json\`, a \`ModelCard\`: losses, baselines, recipe, corpus, versions.

## Compatibility

Node 20 or newer. The files are in the hub's format: names of GPT-2, and \`final_layer_norm\` in \`config.json\`, which
\`@interlayer/gpt-model\` reads and other readers of GPT-2 do not know.

## License

MIT. The text it was trained on is in the public domain.
`;
}
