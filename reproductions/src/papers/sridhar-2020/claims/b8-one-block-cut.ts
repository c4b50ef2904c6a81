import { above, atLeast, claim, effect, stat } from '../../../claim';
import { permutedWeights, untrained } from '../../../conditions';
import { ALIKE, allCut, cutFigures, patternTable } from '../cuts';
import { type CutBlocks, cutBlocks } from '../materials/cut-blocks';
import { otherTokens } from '../similarity';
import * as sridhar from '../sridhar';

const WHY = 'the "little effect" of the specification';

const least = (all: readonly stat.Statistic[]) =>
  all.reduce((one, other) => (stat.plainly(other) < stat.plainly(one) ? other : one));

export default claim('sridhar-2020/b8-one-block-cut', {
  title: 'One feed-forward block cut from a trained model, and the representations stay',
  locator: 'an extension of B4 to models that are already trained',
  says: 'The paper trains models without some of their blocks. Here a block is cut from a trained model, one at a time and without further training: does that, too, have little effect on the representations after it?',
  kind: 'extension',
  estimand:
    'Debiased linear CKA between a model and the same model with one feed-forward block cut (its LayerNorm and skip too), mean over the blocks after the cut, at attention outputs and at block outputs',
  source: 'The margin is that of B4. Fixed before measuring.',
  material: cutBlocks,
  restsOn: ['CK1', 'CK2', 'CK6'],
  contrary: [sridhar.CONTRARY.cka],
  measure: (cuts) => cuts,
  criteria: ({ attention, output, neighbours }) => ({
    'attention-output': [
      `Whichever block is cut, attention outputs after it stay alike (CKA of at least ${ALIKE})`,
      atLeast(ALIKE, attention, effect(0.05, 'of CKA', WHY)),
    ],
    'block-output': [
      `Whichever block is cut, block outputs stay alike (CKA of at least ${ALIKE})`,
      atLeast(ALIKE, output, effect(0.05, 'of CKA', WHY)),
    ],
    'less-than-a-block': [
      'The cut changes block outputs less than one block does (CKA with the uncut model minus CKA of neighbouring blocks)',
      above(
        0,
        stat.excess(
          output,
          output.map(() => neighbours),
        ),
        effect(0.02, 'of CKA'),
      ),
    ],
  }),
  headline: ({ attention }) => ['CKA of attention outputs, the block whose cut changes most', '', least(attention)],
  detail: ({ attention, output }) => `attention ${stat.rangeOf(attention, 2)}, output ${stat.rangeOf(output, 2)}`,
  sentence: ({ ours: { attention, output, neighbours, all } }) =>
    `With one block cut, mean CKA with the uncut model is ${stat.rangeOf(attention, 2)} at the attention outputs after it and ${stat.rangeOf(output, 2)} at block outputs, by block; with all cut it is ${stat.list(all, 2)}. Outputs of neighbouring blocks: ${stat.list([neighbours], 2)}.`,
  controls: [
    permutedWeights.mustNotReproduce(
      'blocks with weights of the same size that have learned nothing change the representations at random',
    ),
    untrained.shownOnly('blocks with small random weights add little, so cutting one changes little', 'little change'),
    allCut,
    otherTokens(({ chance }: CutBlocks) => chance),
  ],
  figure: cutFigures,
  table: ({ ours }) => patternTable(ours),
});
