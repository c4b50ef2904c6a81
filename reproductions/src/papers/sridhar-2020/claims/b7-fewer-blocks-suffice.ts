import { derived } from '../../../claim/derived';
import { nothing } from '../../../materials/nothing';
import * as sridhar from '../sridhar';
import b1 from './b1-fine-tuning-accuracy';
import b2 from './b2-parameter-count';
import b3 from './b3-training-time';

export default derived('sridhar-2020/b7-fewer-blocks-suffice', {
  title: 'With fewer feed-forward blocks, complexity falls and accuracy stays',
  locator: 'arXiv 2012.11881, conclusion, known from a quotation',
  says: 'Reducing the number of intermediate (feed-forward) blocks lowers complexity significantly and preserves accuracy on fine-tuning tasks.',
  estimand: 'The verdicts of B1 (accuracy), B2 (parameters) and B3 (training time)',
  source: 'The conclusion joins these three. Only two sentences of it could be read, as quoted elsewhere.',
  from: [b1, b2, b3],
  material: nothing,
  contrary: [sridhar.CONTRARY.cramming],
});
