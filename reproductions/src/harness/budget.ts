import type { Claim, Scale } from './claim-schema';

/** The scale that a claim is measured at; an exact one needs no model. */
export const scaleOf = ({ kind }: Pick<Claim, 'kind'>, asked: Scale): Scale => (kind === 'exact' ? 'exact' : asked);

/**
 * Milliseconds after which a claim is not going to end: twice its budget and half of it again. None for a checkpoint of the
 * user's, whose size no budget knows.
 */
export const timeLimit = ({ budget }: Pick<Claim, 'budget'>, scale: Scale): number =>
  scale === 'checkpoint' ? 0 : budget.seconds * 2500;

/** A claim may cost twice what it says; more is a failure, told here in words. A checkpoint may cost what it does. */
export function overBudget(
  { id, budget }: Pick<Claim, 'id' | 'budget'>,
  scale: Scale,
  spent: { seconds: number; megabytes: number },
): string | undefined {
  if (scale === 'checkpoint') return undefined;
  const over = (['seconds', 'megabytes'] as const).filter((unit) => spent[unit] > 2 * budget[unit]);
  if (over.length === 0) return undefined;
  const told = over.map((unit) => `${Math.round(spent[unit])} ${unit} where ${budget[unit]} were planned`);
  return `${id} cost more than twice its budget: ${told.join(', ')}.`;
}
