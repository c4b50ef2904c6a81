import type { Bench } from '../../../materials/material';
import type { Specimen } from '../../../subjects/specimen';
import { type AskedRow, askedRows, countOf } from './asked-rows';
import { textsOf } from './sample';

/** Tokens of a stretch that a causal model reads. */
export const STRETCH = 128;
/** Stretches: 24 of them ask for 3,048 tokens. */
export const NEXT_STRETCHES = 24;

/** Stretches of held-out text, each token of which a causal model predicts from those before it; half as many for a control. */
export async function heldOutNext(bench: Bench, count = NEXT_STRETCHES): Promise<AskedRow[]> {
  const texts = await textsOf('test', bench);
  return nextTokenRows(texts, await bench.specimen(), { count: countOf(bench, count), seed: bench.seed });
}

/** Each row: all tokens of the stretch but the last, at each of which the next one is asked. */
export function nextTokenRows(
  texts: readonly { text: string }[],
  specimen: Pick<Specimen, 'tokenizer' | 'positions'>,
  { count, seed }: { count: number; seed: number },
): AskedRow[] {
  const length = Math.min(STRETCH, specimen.positions);
  return askedRows(texts, specimen, { count, length, seed }, (stretch) => ({
    ids: Int32Array.from(stretch.slice(0, -1)),
    places: Int32Array.from({ length: length - 1 }, (_, place) => place),
    labels: Int32Array.from(stretch.slice(1)),
  }));
}
