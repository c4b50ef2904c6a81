import { type AlignedText, slice } from './aligned-text';

/** What happens to the matches when a text is split at them. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

interface Stretch {
  start: number;
  end: number;
  matched: boolean;
}

/** The matches, and the text between them. */
function stretches(text: string, pattern: RegExp): Stretch[] {
  const result: Stretch[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (match === '') continue;
    if (index > end) result.push({ start: end, end: index, matched: false });
    end = index + match.length;
    result.push({ start: index, end, matched: true });
  }
  if (end < text.length) result.push({ start: end, end: text.length, matched: false });
  return result;
}

/** Joins neighbours for which `join` holds. */
function joinNeighbours(parts: Stretch[], join: (previous: Stretch, next: Stretch) => boolean): Stretch[] {
  const result: Stretch[] = [];
  let previous: Stretch | undefined;
  for (const part of parts) {
    if (previous && join(previous, part)) result.at(-1)!.end = part.end;
    else result.push({ ...part });
    previous = part;
  }
  return result;
}

/** Splits a text at the matches of a global pattern, or with `invert` at the text between the matches. */
export function split(source: AlignedText, pattern: RegExp, behavior: SplitBehavior, invert = false): AlignedText[] {
  let parts = stretches(source.text, pattern);
  if (invert) for (const part of parts) part.matched = !part.matched;
  if (behavior === 'Removed') parts = parts.filter(({ matched }) => !matched);
  else if (behavior === 'Contiguous') parts = joinNeighbours(parts, (a, b) => a.matched === b.matched);
  else if (behavior === 'MergedWithPrevious') parts = joinNeighbours(parts, (a, b) => b.matched && !a.matched);
  else if (behavior === 'MergedWithNext') parts = joinNeighbours(parts, (a, b) => a.matched && !b.matched);
  else if (behavior !== 'Isolated') throw new Error(`The split behavior ${JSON.stringify(behavior)} is not supported.`);
  return parts.map(({ start, end }) => slice(source, start, end));
}
