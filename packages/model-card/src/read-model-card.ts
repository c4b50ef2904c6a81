import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelCard } from './model-card';

const parts = ['name', 'heldOut', 'baselines', 'bars', 'snapshots', 'recipe', 'training', 'corpus'];

/**
 * Reads `card.json` of a model's folder. The caller says which kind of card it expects: `readModelCard<MaskedCard>(…)`.
 * @throws when there is no such file, when it is not JSON, or when parts of a card are missing, naming file and parts.
 */
export function readModelCard<Card extends ModelCard = ModelCard>(folder: string): Card {
  const path = join(folder, 'card.json');
  const card = parse(path);
  const missing = parts.filter((part) => !(part in card));
  if (missing.length > 0)
    throw new Error(`${path} is not a model card: ${missing.join(', ')} missing. \`pnpm train <name>\` writes one.`);
  return card as Card;
}

function parse(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`There is no model card at ${path}. Give the folder that holds card.json.`, { cause });
  }
  try {
    const card = JSON.parse(text);
    if (typeof card === 'object' && card !== null && !Array.isArray(card)) return card;
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`${path} is not a model card: expected a JSON object.`);
}
