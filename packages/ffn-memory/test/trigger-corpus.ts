import { matrix } from '@interlayer/linalg';
import fc from 'fast-check';
import {
  createTriggerScan,
  type Dedupe,
  type Side,
  type Trigger,
  type TriggerBlock,
  type TriggerOptions,
} from '../src/index';

/** One position of a corpus with its scores: one row of cells for each layer. */
export interface ScoredPosition {
  example: number;
  position: number;
  scores: number[][];
}

export interface ScoredCorpus {
  options: TriggerOptions;
  positions: ScoredPosition[];
}

/** Sentences with scores on a coarse grid, so that ties of all kinds, zeros and dead cells are common. */
export const scoredCorpus: fc.Arbitrary<ScoredCorpus> = fc
  .record({
    layers: fc.integer({ min: 1, max: 2 }),
    cells: fc.integer({ min: 1, max: 3 }),
    top: fc.integer({ min: 1, max: 5 }),
    dedupe: fc.constantFrom<Dedupe>('sentence', 'none'),
    side: fc.constantFrom<Side>('positive', 'negative'),
    lengths: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 8 }),
  })
  .chain(({ lengths, ...options }) => {
    const places = lengths.flatMap((length, example) =>
      Array.from({ length }, (_, position) => ({ example, position })),
    );
    const row = fc.array(
      fc.integer({ min: -6, max: 6 }).map((k) => k / 4),
      { minLength: options.cells, maxLength: options.cells },
    );
    return fc
      .array(fc.array(row, { minLength: options.layers, maxLength: options.layers }), {
        minLength: places.length,
        maxLength: places.length,
      })
      .map((scores) => ({
        options: { ...options, about: 'random' },
        positions: places.map((place, i) => ({ ...place, scores: scores[i]! })),
      }));
  });

/** All positions as one block of a layer. */
export function blockOf(positions: readonly ScoredPosition[], layer: number, cells: number): TriggerBlock {
  return {
    layer,
    scores: matrix(
      positions.flatMap(({ scores }) => scores[layer]!),
      cells,
    ),
    examples: positions.map(({ example }) => example),
    positions: positions.map(({ position }) => position),
  };
}

/** Scans positions in the given order, `size` of them at a time. */
export function scanned(options: TriggerOptions, positions: readonly ScoredPosition[], size = 3) {
  const scan = createTriggerScan(options);
  for (let from = 0; from < positions.length; from += size)
    for (let layer = 0; layer < options.layers; layer++)
      scan.add(blockOf(positions.slice(from, from + size), layer, options.cells));
  return scan.result();
}

/** The triggers of one cell by sorting everything. */
export function bruteForce({ options, positions }: ScoredCorpus, layer: number, cell: number): Trigger[] {
  const { side, dedupe, top } = options;
  const sign = side === 'positive' ? 1 : -1;
  const all = positions
    .map(({ example, position, scores }) => ({ score: scores[layer]![cell]!, example, position }))
    .filter(({ score }) => sign * score > 0)
    .sort((a, b) => sign * (b.score - a.score) || a.example - b.example || a.position - b.position);
  const kept =
    dedupe === 'none' ? all : all.filter((each, i) => all.findIndex(({ example }) => example === each.example) === i);
  return kept.slice(0, top);
}
