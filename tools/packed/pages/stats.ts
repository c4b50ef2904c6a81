import { mean, pairedBootstrap, wilson } from '@interlayer/stats';

export function run(): number[] {
  const { lower, upper } = wilson(87, 100);
  const gain = pairedBootstrap([2.1, 3, 1.2, 4.1], [1.9, 2.7, 1.3, 3.6], (a, b) => mean(a) - mean(b), { seed: 1 });
  return [lower, upper, gain.lower, gain.upper];
}
