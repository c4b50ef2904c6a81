import { type CheckControl, draw, stat } from '../../claim';
import type { Shown } from '../../claim/claim';
import type { Table } from '../../claim/schema';
import type { CutBlocks } from './materials/cut-blocks';

/** The least CKA that is "little effect": 0.05 below the ceiling, which is the uncut model itself. */
export const ALIKE = 0.95;

/** The measure must see what all blocks do together. */
export const allCut: CheckControl<unknown, CutBlocks> = {
  record: {
    name: 'all blocks cut',
    kind: 'negative',
    description: `The same model without any feed-forward block; a CKA of ${ALIKE} or more at both sites fails`,
    expected: 'a far lower CKA: it sees what the blocks do together',
  },
  check(_, [ours]) {
    const values = ours!.all.map(stat.plainly);
    return { passed: values.some((value) => value < ALIKE), detail: `CKA ${stat.list(ours!.all, 2)}` };
  },
};

/** What each cut changes, by depth, and block by block. */
export function cutFigures({ ours, permuted, untrained, estimate, names }: Shown<CutBlocks>) {
  const blocks = ours.byBlock.map((_, i) => `${i + 1}`);
  const heatmap = (title: string, row: string, values: CutBlocks['byBlock']) =>
    draw.heatmap(
      title,
      'CKA',
      { rows: blocks, columns: blocks, axes: { rows: row, columns: 'block' }, range: [0, 1] },
      values,
    );
  return [
    draw.depth('One feed-forward block cut, by its depth', 'mean CKA with the uncut model', { range: [0, 1] }, [
      draw.line(`${names.ours}, block outputs`, 'ours', draw.whiskers(estimate(ours.output)), 0),
      draw.line(
        `${names.ours}, attention outputs`,
        'ours',
        [...draw.whiskers(estimate(ours.attention)), { value: null }],
        1,
      ),
      draw.line('permuted weights, block outputs', 'shuffled', permuted.output.map(stat.plainly)),
      draw.line(`${names.untrained}, block outputs`, 'untrained', untrained.output.map(stat.plainly)),
    ]),
    heatmap('Block outputs, one block cut, with those of the uncut model', 'block cut', ours.byBlock),
    heatmap('Block outputs of the uncut model with each other', 'block', ours.withItself),
  ];
}

/** Several blocks cut at once: another experiment than one cut, so never in the same figure. */
export const patternTable = ({ patterns }: CutBlocks): Table => ({
  title: 'Several blocks cut: mean CKA with the uncut model after the first cut',
  columns: ['blocks kept', 'number', 'attention outputs', 'block outputs', 'last block output'],
  rows: patterns.map(({ kept, count, attention, output, top }) => [kept, count, attention, output, top]),
});
