import { insertTrigger } from './insert-trigger';
import { createTriggerScan } from './trigger-scan';
import type { Triggers } from './triggers';

/**
 * The triggers of two scans as one scan over both their parts of a corpus would have found them, exactly: the best t of
 * all are among the best t of each part. Parts may overlap, and split sentences. Examples must have been numbered over the
 * whole corpus.
 * @throws when the scans differ in an option
 */
export function mergeTriggers(a: Triggers, b: Triggers): Triggers {
  for (const name of ['layers', 'cells', 'top', 'dedupe', 'side', 'about'] as const)
    if (a[name] !== b[name])
      throw new Error(`One scan has ${name} "${a[name]}", the other "${b[name]}"; only scans of equal options merge.`);
  const merged = createTriggerScan(a).result();
  for (let key = 0; key < b.counts.length; key++)
    for (let place = key * b.top; place < key * b.top + b.counts[key]!; place++)
      insertTrigger(merged, key, b.scores[place]!, b.examples[place]!, b.positions[place]!);
  return merged;
}
