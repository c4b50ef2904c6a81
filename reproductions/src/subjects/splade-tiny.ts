import { MISSING, sharedData } from './shared-data';
import type { Subject } from './subject';

/** A BERT of 2 layers with a masked-language-model head that was fine-tuned for retrieval. */
export default {
  id: 'splade-tiny',
  scale: 'checkpoint',
  variants: { base: sharedData('models/splade-tiny') },
  tokenizer: sharedData('bert-base-uncased'),
  missing: MISSING,
} satisfies Subject;
