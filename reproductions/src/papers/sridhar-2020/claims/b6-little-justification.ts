import { derived } from '../../../claim/derived';
import { nothing } from '../../../materials/nothing';
import * as sridhar from '../sridhar';
import b1 from './b1-fine-tuning-accuracy';
import b4 from './b4-similar-representations';
import b5 from './b5-probes';

export default derived('sridhar-2020/b6-little-justification', {
  title: 'Little justifies keeping all feed-forward blocks',
  locator: 'arXiv 2012.11881, introduction',
  says: 'The literature gives no strong justification for having intermediate (feed-forward) blocks at all. (An argument: the paper has no experiment for it alone.)',
  estimand:
    'The verdicts of B1, B4 and B5: whether a model with half of the blocks is as accurate, represents text alike, and can be probed as well',
  source: 'Our reading: the argument is as strong as the experiments that support it.',
  from: [b1, b4, b5],
  material: nothing,
  contrary: Object.values(sridhar.CONTRARY),
});
