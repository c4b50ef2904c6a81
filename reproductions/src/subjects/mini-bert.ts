import { miniBertFolder, miniBertNames } from '@interlayer/mini-bert';
import { snapshotsIn } from './snapshots';
import type { Subject } from './subject';

export default {
  id: 'mini-bert',
  scale: 'mini',
  variants: {
    ...Object.fromEntries(miniBertNames.map((name) => [name, miniBertFolder(name)])),
    ...snapshotsIn(miniBertFolder()),
  },
  missing: 'this checkout does not have its weights',
} satisfies Subject;
