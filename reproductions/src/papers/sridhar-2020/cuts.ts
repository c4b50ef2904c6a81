import { type CheckControl, stat } from '../../claim';
import type { CutBlocks } from './materials/cut-blocks';

/** The least CKA that is "little effect": 0.05 below the ceiling, which is the uncut model itself. */
export const ALIKE = 0.95;

/** CKA sees what all blocks do together. */
export const allCut: CheckControl<unknown, CutBlocks> = {
  record: {
    name: 'all blocks cut',
    kind: 'negative',
    description: `The same model without any feed-forward block; a CKA of ${ALIKE} or more at both sites fails`,
    expected: 'far less alike: CKA sees what the blocks do together',
  },
  check(_, [ours]) {
    const values = ours!.all.map(stat.plainly);
    return { passed: values.some((value) => value < ALIKE), detail: `CKA ${stat.list(ours!.all, 2)}` };
  },
};
