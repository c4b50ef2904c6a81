import type { MaskedCard } from '@interlayer/model-card';
import {
  barsTable,
  percent,
  plateauSentence,
  snapshotsTable,
  table,
  thousands,
  trainingTable,
  weightlessSentence,
  withInterval,
} from './readme-parts';

/** The README in a masked model's folder, with the numbers from its card. */
export function maskedReadme(card: MaskedCard): string {
  const { name, heldOut, baselines, recipe, snapshots } = card;
  const nats = (loss: number) => loss.toFixed(3);
  return `# ${name}

${card.description}. ${thousands(card.parameters)} parameters in half precision; masked-language-model head tied to the
embeddings.${weightlessSentence(card)}

${table([
  ['on held-out text', 'loss, nats per token', 'accuracy'],
  [
    `**${name}**${recipe.ships === 'card' ? '' : ' (the shipped file)'}`,
    `**${withInterval(heldOut.loss, heldOut.lossInterval, nats)}**`,
    `**${withInterval(heldOut.top1, heldOut.top1Interval, percent)}**`,
  ],
  [
    'best without context',
    `${nats(baselines.unigramEntropy)} (unigram entropy)`,
    `${percent(baselines.mostFrequentShare)} (most frequent token)`,
  ],
])}

Measured on ${thousands(heldOut.tokens)} masked tokens from the ${heldOut.addresses} addresses of the ${heldOut.split} split, in rows of ${recipe.length} tokens, 15 % of
which a fixed seed selects (80 % masked, 10 % replaced, 10 % kept). Intervals are 95 % bootstrap intervals over addresses;
\`card.json\` has the loss and accuracy on each address. The learning curve uses the first rows of the valid split instead.

![learning curve](./curve.svg)

${barsTable(card)}

${plateauSentence(card)}

${trainingTable(card)}

${snapshots.length > 1 ? `${snapshotsTable(card)}\n\n` : ''}\`pnpm train ${name}\` in the repository retrains it; \`log.jsonl\` is the log of this run.
`;
}
