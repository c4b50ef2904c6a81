import { miniGptFolder } from '@interlayer/mini-gpt';
import type { Subject } from './subject';

export default {
  id: 'mini-gpt',
  scale: 'mini',
  variants: { base: miniGptFolder() },
  missing: 'this checkout does not have its weights',
} satisfies Subject;
