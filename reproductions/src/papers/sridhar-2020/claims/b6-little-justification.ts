import { derived } from '../../../claim';
import { nothing } from '../../../materials/nothing';
import b1 from './b1-fine-tuning-accuracy';
import b4 from './b4-similar-representations';
import b5 from './b5-probes';

export default derived('sridhar-2020/b6-little-justification', {
  title: 'There is little to say for all the feed-forward blocks',
  locator: 'arXiv 2012.11881, introduction',
  says: 'The literature lacks a strong justification for having the feed-forward blocks at all. (An argument, without an experiment of its own.)',
  estimand:
    'The verdicts of B1, B4 and B5: whether a model with half of the blocks is as good, as similar and as readable',
  source: 'A reading of ours: the argument stands as far as the experiments behind it do.',
  from: [b1, b4, b5],
  material: nothing,
  contrary: [
    'At a fixed budget of one day, dropping feed-forward blocks brought no improvement (Geiping and Goldstein 2022, arXiv 2212.14034).',
    'Zhao et al. 2021 call them important: attention cannot replace them without loss.',
  ],
});
