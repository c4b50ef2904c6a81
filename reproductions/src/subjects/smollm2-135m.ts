import { MISSING, sharedData } from './shared-data';
import type { Subject } from './subject';

/** A language model of 30 layers of the Llama family, tuned to follow instructions, with weights of 4 bits. */
export default {
  id: 'smollm2-135m',
  scale: 'checkpoint',
  variants: { base: sharedData('models/smollm2-135m-instruct') },
  missing: MISSING,
} satisfies Subject;
