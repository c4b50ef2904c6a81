import { topRowsOf } from './trigger-scan';
import { copyTriggers, type Triggers } from './triggers';

/**
 * The triggers of two scans as one scan over both their parts of a corpus would have found them, exactly: the best t of
 * all are among the best t of each part. Parts may overlap, and split sentences. Examples must be numbered over the whole
 * corpus.
 * @throws when the scans differ in an option
 */
export function mergeTriggers(a: Triggers, b: Triggers): Triggers {
  for (const name of ['layers', 'cells', 'top', 'dedupe', 'side', 'about'] as const)
    if (a[name] !== b[name])
      throw new Error(`One scan has ${name} "${a[name]}", the other "${b[name]}"; only scans of equal options merge.`);
  const merged = copyTriggers(a);
  topRowsOf(merged).merge(topRowsOf(b));
  return merged;
}
