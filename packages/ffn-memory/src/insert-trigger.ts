import type { Triggers } from './triggers';

/**
 * Puts a trigger where it belongs in the list of its key, if it does. Lists are sets ordered by (score, example, position):
 * what has been seen before, or falls behind a full list, changes nothing. So the result does not depend on the order in
 * which positions come, nor on whether some come twice.
 *
 * @param key layer · cells + cell
 * @param strength the score, its sign turned on the negative side: larger is better
 * @returns whether the list has changed
 */
export function insertTrigger(
  triggers: Triggers,
  key: number,
  strength: number,
  example: number,
  position: number,
): boolean {
  const { top, counts, scores, examples, positions, dedupe, side } = triggers;
  const sign = side === 'positive' ? 1 : -1;
  const first = key * top;
  const count = counts[key]!;
  const comesBefore = (place: number): boolean => {
    const other = sign * scores[place]!;
    if (strength !== other) return strength > other;
    return example !== examples[place]! ? example < examples[place]! : position < positions[place]!;
  };
  if (count === top && !comesBefore(first + top - 1)) return false;
  // The place that becomes free: that of the same sentence or prefix, else a new one, else the last one.
  let place = first + Math.min(count, top - 1);
  let known = false;
  for (let i = first; i < first + count && !known; i++) {
    known = examples[i] === example && (dedupe === 'sentence' || positions[i] === position);
    if (known) place = i;
  }
  if (known && !comesBefore(place)) return false;
  if (!known && count < top) counts[key] = count + 1;
  for (; place > first && comesBefore(place - 1); place--) {
    scores[place] = scores[place - 1]!;
    examples[place] = examples[place - 1]!;
    positions[place] = positions[place - 1]!;
  }
  scores[place] = sign * strength;
  examples[place] = example;
  positions[place] = position;
  return true;
}
