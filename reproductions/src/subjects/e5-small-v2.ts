import { MISSING, sharedData } from './shared-data';
import type { Subject } from './subject';

/** A BERT encoder of 12 layers without a head, fine-tuned for sentence embeddings. */
export default {
  id: 'e5-small-v2',
  scale: 'checkpoint',
  variants: { base: sharedData('models/e5-small-v2') },
  tokenizer: sharedData('bert-base-uncased'),
  missing: MISSING,
} satisfies Subject;
