import { shuffles, swaps, sweep } from '@interlayer/layer-permute';

export async function run(): Promise<number[]> {
  const orders = [...swaps(4).map(({ order }) => order), ...shuffles(4, { exactly: 0, count: 3, seed: 1 })];
  const layers = [0.5, -1, 2, 0.25];
  const results = await sweep({
    layers,
    orders,
    inputs: [1],
    start: (input) => input,
    block: (x, layer) => x + x * x * layer,
    finish: (x) => x,
  });
  return [...orders.flat(), ...results.flat()];
}
