import type { Triggers } from './triggers';

/**
 * Puts a trigger where it belongs in the list of its key, if it does. Lists are sets ordered by (score, example, position):
 * what has been seen before, or falls behind a full list, changes nothing. So the result does not depend on the order in
 * which positions come, nor on whether some come twice.
 *
 * @param key layer · cells + cell
 * @returns whether the list has changed
 */
export function insertTrigger(
  triggers: Triggers,
  key: number,
  score: number,
  example: number,
  position: number,
): boolean {
  const { top, counts, scores, examples, positions } = triggers;
  const first = key * top;
  const count = counts[key]!;
  if (count === top && !comesBefore(triggers, score, example, position, first + top - 1)) return false;
  // The place that becomes free: that of the same sentence or prefix, else a new one, else the last one.
  let place = placeOf(triggers, first, first + count, example, position);
  if (place >= 0) {
    if (!comesBefore(triggers, score, example, position, place)) return false;
  } else if (count < top) {
    place = first + count;
    counts[key] = count + 1;
  } else place = first + top - 1;
  for (; place > first && comesBefore(triggers, score, example, position, place - 1); place--) {
    scores[place] = scores[place - 1]!;
    examples[place] = examples[place - 1]!;
    positions[place] = positions[place - 1]!;
  }
  scores[place] = score;
  examples[place] = example;
  positions[place] = position;
  return true;
}

/** Whether a trigger stands before the one at `place`. */
function comesBefore(
  { scores, examples, positions, side }: Triggers,
  score: number,
  example: number,
  position: number,
  place: number,
): boolean {
  const other = scores[place]!;
  if (score !== other) return side === 'positive' ? score > other : score < other;
  return example === examples[place] ? position < positions[place]! : example < examples[place]!;
}

/** Where the same sentence, or without `dedupe` the same prefix, stands in `from` … `to` − 1; −1 where it does not. */
function placeOf(
  { examples, positions, dedupe }: Triggers,
  from: number,
  to: number,
  example: number,
  position: number,
): number {
  for (let place = from; place < to; place++)
    if (examples[place] === example && (dedupe === 'sentence' || positions[place] === position)) return place;
  return -1;
}
