import { derived } from '../../../claim/derived';
import { nothing } from '../../../materials/nothing';
import { REORDERING_HARMS } from '../contrary';
import neighbours from './a8-neighbours-swap';
import swapsRecover from './a8-training-recovers-swaps';
import distance from './a9-distance-of-swaps';
import shuffles from './a10-shuffles';
import shuffleRecovers from './a10-training-recovers-shuffle';
import repeats from './a11-one-layer-repeated';
import skipsOfBert from './a12-skips-in-bert';
import skipsOfNets from './a12-skips-in-plain-nets';
export default derived('zhao-2021/a13-fuzzy-order', {
  title: 'Features are extracted step by step, in a fuzzy order rather than in a strict hierarchy',
  locator: 'arXiv 2101.04547 v4, discussion',
  says: 'That layers can be swapped, shuffled and repeated shows that BERT refines features incrementally and in a fuzzy order, which justifies recurrent and weight-shared transformers. (An interpretation of A8 to A12: the paper has no experiment for it alone.)',
  estimand:
    'The verdicts of A8 to A12: what swaps, distant swaps, shuffles and one repeated layer cost, what further training recovers, and what skips have to do with it',
  source: 'Our reading: the interpretation is as strong as the experiments that it interprets.',
  from: [neighbours, swapsRecover, distance, shuffles, shuffleRecovers, repeats, skipsOfBert, skipsOfNets],
  material: nothing,
  contrary: [
    REORDERING_HARMS,
    'The middle of BERT-Large replaced by copies of its centre layer is the worst of the variants tried (Sun et al., Transformer Layers as Painters).',
  ],
});
