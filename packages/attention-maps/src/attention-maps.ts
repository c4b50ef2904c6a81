import { type Float64Matrix, zeros } from '@interlayer/linalg';
import { type ContributionOptions, type PassingRow, passingRows } from './contribution-rows';
import type { Layer } from './layer';
import { type Scope, scopesOf } from './scopes';

/** How strongly each source token contributes to each target at one scope. */
export interface AttentionMap {
  /** cᵢⱼ, the length of what source j contributes to target i: [n, n], a row for each target */
  map: Float64Matrix;
  /** The length of what the biases contribute to each target: [n] */
  bias: Float64Array;
  /**
   * The context-mixing ratio of each target (Kobayashi et al. 2021), in [0, 1]: the length of the sum of what the *other*
   * tokens contribute, over that length plus its own contribution's; NaN where both are 0. [n]
   */
  mixing: Float64Array;
  /** The largest relative distance, over targets, between the contributions' sum and the layer's state. */
  gap: number;
}

/**
 * The maps of a layer at several scopes, in one pass over its targets: `maps.AtbFf.map` and so on.
 * @throws as {@link contributionRows}.
 */
export async function attentionMaps<S extends Scope = Scope>(
  layer: Layer,
  options: ContributionOptions<S> = {},
): Promise<Record<S, AttentionMap>> {
  const n = layer.input.rows;
  const { scopes = scopesOf(layer) as S[] } = options;
  const maps = Object.fromEntries(
    scopes.map((scope): [S, AttentionMap] => [
      scope,
      { map: zeros(n, n), bias: new Float64Array(n), mixing: new Float64Array(n), gap: 0 },
    ]),
  ) as Record<S, AttentionMap>;
  for await (const row of passingRows(layer, { ...options, scopes })) {
    for (const scope of scopes) addRow(maps[scope], row, scope);
  }
  return maps;
}

function addRow<S extends Scope>(into: AttentionMap, { target, norms, others, gaps }: PassingRow<S>, scope: S) {
  const n = into.bias.length;
  into.map.data.set(norms[scope].subarray(0, -1), target * n);
  into.bias[target] = norms[scope].at(-1)!;
  into.mixing[target] = others[scope] / (others[scope] + norms[scope][target]);
  into.gap = Math.max(into.gap, gaps[scope]);
}
