import { miniGptFolder } from '@interlayer/mini-gpt';
import { snapshotsIn } from './snapshots';
import type { Subject } from './subject';

export default {
  id: 'mini-gpt',
  scale: 'mini',
  variants: { base: miniGptFolder(), ...snapshotsIn(miniGptFolder()) },
  missing: 'this checkout does not have its weights',
} satisfies Subject;
