import { attentionMaps, type Layer, mapChange, type Scope } from '@interlayer/attention-maps';
import type { Matmul, Matrix } from '@interlayer/linalg';
import { type LayerWeights, layerOf, type SiteValues } from './layer-of';
import type { Sequence } from './materials/sequences';
import { cellsOf, SCOPES } from './scopes';

/** What comes of a layer whose feed-forward block writes nothing, a thousandth, or a thousand times as much. */
export interface ScaledBlock {
  layer: number;
  /** The largest contribution of a block that writes nothing, and how much block and skip together change then. */
  silent: number;
  /** κ of the skip with the other two. */
  small: number;
  large: number;
}

export async function scaledBlock(
  weights: LayerWeights,
  values: SiteValues,
  sequence: Pick<Sequence, 'counted'>,
  matmul?: Matmul,
): Promise<Omit<ScaledBlock, 'layer'>> {
  const { start, feedForward, skip } = SCOPES[weights.norm];
  const scopes: Scope[] = [start, feedForward, skip];
  const mapsAt = (by: number) =>
    attentionMaps<Scope>(layerOf(withOutput(weights, by), values), { scopes, ...(matmul && { matmul }) });
  const cells = cellsOf(weights.norm, sequence);
  const kappa = async (by: number) => {
    const maps = await mapsAt(by);
    const change = (from: Scope, to: Scope) => mapChange(maps[from].map, maps[to].map, cells).value ?? Number.NaN;
    // From one start, so that both changes become the same for a large output (Q9), in pre-LN layers too.
    return 1 - change(start, skip) / change(start, feedForward);
  };
  const silent = await mapsAt(0);
  const rest = mapChange(silent[start].map, silent[skip].map, cells).value ?? Number.NaN;
  return {
    silent: Math.max(rest, ...silent[feedForward].map.data),
    small: await kappa(1e-3),
    large: await kappa(1e3),
  };
}

/** The layer with what its feed-forward block writes so many times as large. */
function withOutput(weights: LayerWeights, by: number): LayerWeights {
  const { down } = weights.feedForward;
  const times = (values: Matrix['data']) => values.map((value) => value * by) as Matrix['data'];
  const scaled: Layer['output'] = {
    weight: { ...down.weight, data: times(down.weight.data) },
    ...(down.bias ? { bias: Float64Array.from(down.bias, (value) => value * by) } : {}),
  };
  return { ...weights, feedForward: { ...weights.feedForward, down: scaled } };
}
