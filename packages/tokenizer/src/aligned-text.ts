/** A normalised text that remembers where each of its UTF-16 units comes from in the original. */
export interface AlignedText {
  text: string;
  /** `[starts[i], ends[i])` are the units of the original that unit `i` of `text` comes from. Neither ever decreases. */
  starts: number[];
  ends: number[];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function* codePoints(text: string): Generator<string> {
  yield* text;
}

function* clusters(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

function* whole(text: string): Generator<string> {
  yield text;
}

/**
 * Normalises `text` and keeps the map back to it. The normaliser is a black box: it is applied to ever larger units (code
 * points, grapheme clusters, the whole text) until the joined results equal the result on the whole text. A code point is
 * enough but where neighbours matter, as for composition (NFC) or the final sigma.
 */
export function alignNormalized(text: string, normalize: (text: string) => string): AlignedText {
  const expected = normalize(text);
  for (const units of [codePoints, clusters, whole]) {
    const starts: number[] = [];
    const ends: number[] = [];
    let joined = '';
    let position = 0;
    for (const unit of units(text)) {
      const normalized = normalize(unit);
      joined += normalized;
      for (let i = 0; i < normalized.length; i++) {
        starts.push(position);
        ends.push(position + unit.length);
      }
      position += unit.length;
    }
    if (joined === expected) return { text: expected, starts, ends };
  }
  throw new Error('The normaliser gives different results for the same text, so offsets cannot be computed.');
}
