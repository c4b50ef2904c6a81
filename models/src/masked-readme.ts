import type { MaskedCard } from '@interlayer/model-card';
import {
  barsTable,
  percent,
  plateauSentence,
  snapshotsTable,
  trainingTable,
  weightlessSentence,
  withInterval,
} from './card-tables';
import { table, thousands } from './markdown';

/** The README in the folder of a masked model, from the numbers of its card. */
export function maskedReadme(card: MaskedCard): string {
  const { name, heldOut, baselines, recipe, snapshots } = card;
  const nats = (loss: number) => loss.toFixed(3);
  return `# ${name}

${card.description}. ${thousands(card.parameters)} parameters in half precision; masked-language-model head tied to the
embeddings.${weightlessSentence(card)}

${table([
  ['on held-out text', 'loss, nats per token', 'right predictions'],
  [
    `**${name}**${recipe.ships === 'card' ? '' : ' (the shipped file)'}`,
    `**${withInterval(heldOut.loss, heldOut.lossInterval, nats)}**`,
    `**${withInterval(heldOut.top1, heldOut.top1Interval, percent)}**`,
  ],
  [
    'without context, at best',
    `${nats(baselines.unigramEntropy)} (unigram entropy)`,
    `${percent(baselines.mostFrequentShare)} (most frequent token)`,
  ],
])}

Taken on ${thousands(heldOut.tokens)} masked tokens of the ${heldOut.addresses} addresses of the ${heldOut.split} split, in rows of ${recipe.length} tokens, 15 % of them
chosen by a fixed seed (80 % masked, 10 % replaced, 10 % kept). Intervals are 95 %, by a bootstrap over addresses;
\`card.json\` has loss and accuracy of each address. The learning curve watches the first rows of the valid split instead.

![learning curve](./curve.svg)

${barsTable(card)}

${plateauSentence(card)}

${trainingTable(card)}

${snapshots.length > 1 ? `${snapshotsTable(card)}\n\n` : ''}\`pnpm train ${name}\` in the repository makes it again; \`log.jsonl\` is the log of this run.
`;
}
