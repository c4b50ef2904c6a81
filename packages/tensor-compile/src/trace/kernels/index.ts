import type { Kernel } from '../kernel';
import { composites } from './composite';
import { einsum } from './einsum';
import { elementwise } from './elementwise';
import { gather } from './gather';
import { matmul } from './matmul';
import { reductions } from './reduction';
import { shapes } from './shape';

/** Every kernel that can be recorded, by its tfjs name. */
export const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwise,
  ...reductions,
  ...matmul,
  ...shapes,
  ...gather,
  ...einsum,
  ...composites,
};
