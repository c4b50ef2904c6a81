import { nearestNames } from '@interlayer/nearest-names';

export function run(): number[] {
  const names = ['layers.0.ffn.hidden', 'layers.0.ffn.output', 'logits'];
  return nearestNames('layers.0.ffn.hiden', names).map((name) => names.indexOf(name));
}
