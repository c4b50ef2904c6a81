import type { MapChange } from './map-change';

/**
 * How much of the feed-forward block's change later parts undo: κ = 1 − Δ(later) / Δ(feed-forward). About 1: undone; 0: as it
 * was; below 0: amplified.
 *
 * @param feedForward change over the feed-forward block alone: `Atb` → `AtbFf`, or `AtbLn` → `AtbLnFf` in pre-LN layers
 * @param later change from `Atb` to a later scope: `AtbFfRes`, `AtbFfResLn`, or `AtbLnFfRes`
 * @returns null where a change is degenerate or feed-forward changes nothing, with the reason
 */
export function cancellationIndex(
  feedForward: MapChange,
  later: MapChange,
): { value: number | null; degenerate?: string } {
  const undefinedChange = feedForward.value === null ? feedForward : later;
  if (feedForward.value === null || later.value === null)
    return { value: null, degenerate: undefinedChange.degenerate };
  if (feedForward.value === 0) return { value: null, degenerate: 'the feed-forward block changes nothing' };
  return { value: 1 - later.value / feedForward.value };
}
