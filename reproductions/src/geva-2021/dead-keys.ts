import type { LayerMemories } from './read-memories';

/** Cells without any trigger, and what becomes of them. */
export function deadKeys(layers: readonly LayerMemories[], consequence: string): { count: number; why: string }[] {
  const count = layers.reduce((sum, { counts }) => sum + counts.filter((found) => found === 0).length, 0);
  return count ? [{ count, why: `dead cells: no prefix of the corpus triggers them; ${consequence}` }] : [];
}
