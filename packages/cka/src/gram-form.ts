import { type CentredGram, spans } from './centred-gram';
import { type Estimate, type Estimator, normalizer } from './estimator';
import type { Pair } from './pairs';

/** HSIC of pairs of Gram matrices, by their inner products: each block is computed once for all pairs. */
export async function gramForm(
  grams: readonly CentredGram[],
  pairs: readonly Pair[],
  estimator: Estimator,
): Promise<Estimate[]> {
  const { n } = grams[0];
  const inner = new Float64Array(pairs.length);
  for (const [from, to] of spans(n)) {
    const blocks: Float64Array[] = [];
    for (const gram of grams) blocks.push(await gram.block(from, to));
    for (const [at, [k, l]] of pairs.entries()) inner[at] += productOf(blocks[k], blocks[l], to - from, n - from);
  }
  const divisor = normalizer(n, estimator);
  return pairs.map(([k, l], at) => {
    const diagonal = grams[k].diagonal.reduce((sum, value, i) => sum + value * grams[l].diagonal[i], 0);
    return { value: inner[at] / divisor, diagonal: diagonal / divisor };
  });
}

/** Σ of products over a block's rows; what lies right of its square stands for its mirror image too. */
function productOf(a: Float64Array, b: Float64Array, height: number, width: number): number {
  let total = 0;
  for (let start = 0; start < height * width; start += width) {
    let [within, beyond] = [0, 0];
    for (let j = start; j < start + height; j++) within += a[j] * b[j];
    for (let j = start + height; j < start + width; j++) beyond += a[j] * b[j];
    total += within + 2 * beyond;
  }
  return total;
}
