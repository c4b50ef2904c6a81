import { attentionMaps, type Layer, mapChange } from '@interlayer/attention-maps';
import { matrix } from '@interlayer/linalg';

export async function run(): Promise<number[]> {
  const weight = (rows: number, columns: number, phase: number) =>
    matrix(
      Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i + phase)),
      columns,
    );
  const norm = { gain: [1, 0.5], epsilon: 1e-5 };
  const layer: Layer = {
    norm: 'pre',
    input: weight(3, 2, 0),
    attention: [matrix([1, 0, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.5], 3)],
    value: { weight: weight(2, 2, 1) },
    output: { weight: weight(2, 2, 2) },
    attentionNorm: norm,
    feedForward: { up: { weight: weight(4, 2, 3) }, down: { weight: weight(2, 4, 4) }, activation: 'gelu', norm },
  };
  const { AtbLn, AtbLnFf } = await attentionMaps(layer);
  const change = mapChange(AtbLn!.map, AtbLnFf!.map, { cells: 'lower' });
  return [...AtbLnFf!.map.data, ...AtbLnFf!.bias, change.value!];
}
