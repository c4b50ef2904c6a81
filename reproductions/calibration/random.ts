import { normalQuantile } from '@interlayer/stats';
import { seedFrom } from '@interlayer/text-data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers of one data set. */
export interface Random {
  /** In (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

export function randomOf(...name: (string | number)[]): Random {
  const generator = xoroshiro128plus(seedFrom(...name));
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
  return { uniform, normal: () => normalQuantile(uniform()) };
}

/** About what hits and confidences of mini-gpt show: the layers of one prefix are alike, prefixes of one address hardly. */
const ALIKE = { layers: 0.9, addresses: 0.005 };

/** Standard normal numbers of each unit, layer by layer: alike from layer to layer, and a little within clusters. */
export function latents(clusters: ArrayLike<number>, layers: number, { normal }: Random): Float64Array[] {
  const [own, common] = [Math.sqrt(1 - ALIKE.layers), Math.sqrt(ALIKE.layers)];
  /** For each layer one normal number of each of `count`, with the correlation of layers. */
  const draw = (count: number) => {
    const shared = Float64Array.from({ length: count }, normal);
    return Array.from({ length: layers }, () => shared.map((value) => common * value + own * normal()));
  };
  const [between, within] = [Math.sqrt(ALIKE.addresses), Math.sqrt(1 - ALIKE.addresses)];
  const ofClusters = draw(Math.max(...Array.from(clusters)) + 1);
  return draw(clusters.length).map((values, layer) =>
    values.map((value, unit) => between * ofClusters[layer]![clusters[unit]!]! + within * value),
  );
}
