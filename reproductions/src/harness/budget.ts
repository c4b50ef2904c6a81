import type { Claim } from './claim-schema';

/** A claim may cost twice what it says; more is a failure, told here in words. */
export function overBudget(
  { id, budget }: Pick<Claim, 'id' | 'budget'>,
  spent: { seconds: number; megabytes: number },
): string | undefined {
  const over = (['seconds', 'megabytes'] as const).filter((unit) => spent[unit] > 2 * budget[unit]);
  if (over.length === 0) return undefined;
  const told = over.map((unit) => `${Math.round(spent[unit])} ${unit} where ${budget[unit]} were planned`);
  return `${id} cost more than twice its budget: ${told.join(', ')}.`;
}
