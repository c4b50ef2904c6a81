import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CausalCard, MaskedCard, ModelCard } from './model-card';
import { cards } from './schema';

interface CardOf {
  causal: CausalCard;
  masked: MaskedCard;
}

/**
 * Reads `card.json` of a model's folder.
 *
 * @param objective the kind of model that is expected; by default either
 * @throws Error that names the file and what is wrong with it: it is missing, it is not JSON, a field is missing, unknown or of
 * the wrong kind, its parts disagree, or it is the card of the other kind of model
 */
export function readModelCard(folder: string): ModelCard;
export function readModelCard<Objective extends keyof CardOf>(folder: string, objective: Objective): CardOf[Objective];
export function readModelCard(folder: string, objective?: keyof CardOf): ModelCard {
  const path = join(folder, 'card.json');
  const card = parse(path);
  const actual = (card as Partial<ModelCard> | null)?.recipe?.objective;
  const refuse = (why: string): never => {
    throw new Error(`${path} is not a model card: ${why}. \`pnpm train <name>\` writes one.`);
  };
  if (actual !== 'causal' && actual !== 'masked') return refuse('recipe.objective must be "causal" or "masked"');
  if (objective && actual !== objective)
    throw new Error(`${path} is the card of a ${actual} language model; expected that of a ${objective} one.`);
  const { success, data, error } = cards[actual].safeParse(card);
  if (success) return data;
  const [{ path: place, message }, ...others] = error.issues as [(typeof error.issues)[0], ...typeof error.issues];
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return refuse(`${place.join('.') || 'the card'}: ${message}${more}`);
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`There is no model card at ${path}. Give the folder that holds card.json.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
