import { derived } from '../../../claim/derived';
import { nothing } from '../../../materials/nothing';
import { PAPER } from '../kobayashi';
import d1 from './d1-feed-forward-changes-maps';
import d3 from './d3-skip-undoes';
import d4 from './d4-layer-norm-undoes';

export default derived('kobayashi-2024/d5-possible-redundancy', {
  title: 'The parts of a layer may be redundant',
  locator: `${PAPER}, abstract and discussion`,
  says: 'What the feed-forward block changes, the skip and LayerNorm undo, which suggests redundant processing in the layer. (A suggestion: the paper removes nothing to show it, as its reviewers note.)',
  estimand:
    'The verdicts of D1, D3 and D4: whether the block changes the map, and whether the skip and LayerNorm undo that change',
  source: 'Our reading: the suggestion is as strong as the claims that it follows from.',
  from: [d1, d3, d4],
  material: nothing,
  contrary: [
    'That a change of the map is undone does not make the block redundant: what it writes is still in the stream. D3 and the change of D1 also hold without training.',
  ],
});
