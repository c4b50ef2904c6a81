import { matrix } from '@interlayer/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTriggerScan,
  deadCells,
  type ExampleTokens,
  memoryCoefficients,
  mergeTriggers,
  type TriggerBlock,
  type Triggers,
  triggersOf,
  triggerTokens,
} from '../src/index';
import { ffn, rows } from './arbitrary-ffn';
import { blockOf, bruteForce, scanned, scoredCorpus } from './trigger-corpus';

const seed = 20121491;
const runs = { seed, numRuns: 300 };

const keys = ({ layers, cells }: Triggers) =>
  Array.from({ length: layers * cells }, (_, key) => [Math.floor(key / cells), key % cells] as const);

describe('P10: a trigger scan', () => {
  it('finds what brute force finds, in any order, in blocks of any size, and is not misled by repetition', () => {
    fc.assert(
      fc.property(
        scoredCorpus.chain((corpus) => {
          const { positions } = corpus;
          const shuffled = fc.shuffledSubarray(positions, { minLength: positions.length });
          return fc.tuple(fc.constant(corpus), shuffled, fc.integer({ min: 1, max: 7 }), fc.subarray(positions));
        }),
        ([corpus, shuffled, size, again]) => {
          const found = scanned(corpus.options, [...shuffled, ...again], size);
          for (const [layer, cell] of keys(found)) {
            const expected = bruteForce(corpus, layer, cell);
            expect(triggersOf(found, layer, cell)).toEqual(expected);
            expect(deadCells(found, layer).includes(cell)).toBe(expected.length < corpus.options.top);
          }
        },
      ),
      runs,
    );
  });

  it('of the best place of each sentence is the scan of all places', () => {
    fc.assert(
      fc.property(scoredCorpus, (corpus) => {
        const { cells, layers, side } = corpus.options;
        const options = { ...corpus.options, dedupe: 'sentence' as const };
        const sign = side === 'positive' ? 1 : -1;
        const scan = createTriggerScan(options);
        const examples = [...new Set(corpus.positions.map(({ example }) => example))];
        for (let layer = 0; layer < layers; layer++) {
          const best = examples.flatMap((example) =>
            Array.from({ length: cells }, (_, cell) =>
              corpus.positions
                .filter((place) => place.example === example)
                .map(({ position, scores }) => ({ position, score: scores[layer]![cell]! }))
                .reduce((a, b) => (sign * b.score > sign * a.score ? b : a)),
            ),
          );
          if (examples.length === 0) continue;
          const scores = matrix(
            best.map(({ score }) => score),
            cells,
          );
          scan.add({ layer, scores, examples, positions: best.map(({ position }) => position) });
        }
        expect(scan.result()).toEqual(scanned(options, corpus.positions));
      }),
      runs,
    );
  });

  it('of shards merges to the scan of the whole, also where shards overlap or split a sentence', () => {
    fc.assert(
      fc.property(
        scoredCorpus.chain((corpus) =>
          fc.tuple(
            fc.constant(corpus),
            fc.array(fc.integer({ min: 1, max: 3 }), {
              minLength: corpus.positions.length,
              maxLength: corpus.positions.length,
            }),
          ),
        ),
        ([corpus, shares]) => {
          const { options, positions } = corpus;
          const a = scanned(
            options,
            positions.filter((_, i) => shares[i]! & 1),
          );
          const b = scanned(
            options,
            positions.filter((_, i) => shares[i]! & 2),
          );
          const before = structuredClone([a, b]);
          const whole = scanned(options, positions);
          expect(mergeTriggers(a, b)).toEqual(whole);
          expect(mergeTriggers(b, a)).toEqual(whole);
          expect(mergeTriggers(whole, whole)).toEqual(whole);
          expect([a, b]).toEqual(before);
        },
      ),
      runs,
    );
  });

  it('goes on from a result as if it had never stopped', () => {
    fc.assert(
      fc.property(
        scoredCorpus.chain((corpus) => fc.tuple(fc.constant(corpus), fc.nat(corpus.positions.length))),
        ([{ options, positions }, cut]) => {
          const half = scanned(options, positions.slice(0, cut));
          const kept = structuredClone(half);
          const scan = createTriggerScan(half);
          for (let layer = 0; layer < options.layers; layer++)
            scan.add(blockOf(positions.slice(cut), layer, options.cells));
          expect(scan.result()).toEqual(scanned(options, positions));
          expect(half).toEqual(kept);
        },
      ),
      runs,
    );
  });

  it('never loses strength as sentences are added, and keeps distinct sentences', () => {
    fc.assert(
      fc.property(
        scoredCorpus.chain((corpus) => fc.tuple(fc.constant(corpus), fc.nat(corpus.positions.length))),
        ([{ options, positions }, cut]) => {
          const [half, whole] = [scanned(options, positions.slice(0, cut)), scanned(options, positions)];
          for (const [layer, cell] of keys(whole)) {
            const [before, after] = [half, whole].map((found) => triggersOf(found, layer, cell));
            for (const [i, { score }] of before!.entries())
              expect(Math.abs(after![i]!.score)).toBeGreaterThanOrEqual(Math.abs(score));
            const sentences = after!.map(({ example }) => example);
            if (options.dedupe === 'sentence') expect(new Set(sentences).size).toBe(sentences.length);
          }
        },
      ),
      runs,
    );
  });

  it('stores the scores that the prefixes have when they are scored again', async () => {
    await fc.assert(
      fc.asyncProperty(ffn, async ({ x, keys: k, b1 }) => {
        const score = (input: number[]) =>
          rows(k).map((key, cell) => {
            let sum = 0;
            for (const [i, value] of key.entries()) sum += input[i]! * value;
            return sum + b1[cell]!;
          });
        const scan = createTriggerScan({ layers: 1, cells: k.rows, top: 2 });
        // ReLU's coefficients: where they are positive they are the pre-activations.
        const scores = await memoryCoefficients(x, k, b1, 'relu');
        scan.add({ layer: 0, scores, examples: rows(x).map((_, i) => i), positions: rows(x).map(() => 0) });
        for (let cell = 0; cell < k.rows; cell++)
          for (const { score: stored, example } of triggersOf(scan.result(), 0, cell))
            expect(score(rows(x)[example]!)[cell]).toBe(stored);
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe('a block', () => {
  const block: TriggerBlock = { layer: 0, scores: matrix([1, 2, 3, 4], 2), examples: [0, 0], positions: [0, 1] };
  const offered = (change: Partial<TriggerBlock>) => () =>
    createTriggerScan({ layers: 1, cells: 2 }).add({ ...block, ...change });

  it('skips padding, whatever it holds', () => {
    const scan = createTriggerScan({ layers: 1, cells: 2, dedupe: 'none' });
    scan.add({ ...block, scores: matrix([1, 2, Number.NaN, 9], 2), examples: [0, -1], positions: [0, -1] });
    expect(triggersOf(scan.result(), 0, 1)).toEqual([{ score: 2, example: 0, position: 0 }]);
  });

  it('that does not fit is refused, naming what and why', () => {
    expect(offered({ layer: 1 })).toThrow('The block is of layer 1; this scan has 1 layers');
    expect(offered({ scores: matrix([1, 2], 1) })).toThrow('scores of 1 cells; this scan has 2');
    expect(offered({ examples: [0] })).toThrow('examples has 1 values for 2 rows');
    expect(offered({ examples: [0, -1] })).toThrow('examples[1] is -1');
    expect(offered({ positions: [0, 0.5] })).toThrow('positions[1] is 0.5');
    expect(offered({ scores: matrix([1, 2, Number.NaN, 4], 2) })).toThrow(
      'The score of cell 0 of layer 0 is NaN at position 1 of example 0',
    );
    expect(offered({ scores: matrix([1, 2, 3, Number.POSITIVE_INFINITY], 2) })).toThrow('is Infinity');
  });

  it('needs a scan of sensible options', () => {
    expect(() => createTriggerScan({ layers: 0, cells: 2 })).toThrow('layers is 0');
    expect(() => createTriggerScan({ layers: 1, cells: 2, top: 1.5 })).toThrow('top is 1.5');
    expect(() => createTriggerScan({ layers: 1, cells: 2, dedupe: 'line' as 'none' })).toThrow('dedupe is "line"');
    expect(() => createTriggerScan({ layers: 1, cells: 2, side: 'left' as 'positive' })).toThrow('side is "left"');
    const found = createTriggerScan({ layers: 1, cells: 2 }).result();
    expect(() => triggersOf(found, 0, 2)).toThrow('no cell 2 of layer 0');
    expect(() => mergeTriggers(found, { ...found, about: 'another model' })).toThrow(
      'about "", the other "another model"',
    );
  });

  it('with no positive score leaves a cell dead, not filled', () => {
    const scan = createTriggerScan({ layers: 1, cells: 2, top: 2 });
    scan.add({ ...block, scores: matrix([0, 1, -1, 2], 2), examples: [0, 1] });
    const found = scan.result();
    expect([...found.counts]).toEqual([0, 2]);
    expect([...found.examples]).toEqual([-1, -1, 1, 0]);
    expect([...found.scores]).toEqual([Number.NaN, Number.NaN, 2, 1]);
    expect(deadCells(found, 0)).toEqual([0]);
    expect(deadCells(found, 0, 3)).toEqual([0, 1]);
  });
});

describe('triggerTokens', () => {
  const sentences = [
    [7, 8, 9],
    [5, 6],
  ];
  const tokensOf: ExampleTokens = (example) => sentences[example]!;
  const scan = createTriggerScan({ layers: 2, cells: 2, top: 2 });
  scan.add({ layer: 1, scores: matrix([3, 0, 1, 0], 2), examples: [0, 1], positions: [1, 1] });
  const found = scan.result();

  it('are the following and the last token of each trigger, and −1 where there is none', () => {
    expect([...triggerTokens(found, 1, tokensOf)]).toEqual([9, -1, -1, -1]);
    expect([...triggerTokens(found, 1, tokensOf, 'last')]).toEqual([8, 6, -1, -1]);
    expect([...triggerTokens(found, 0, tokensOf)]).toEqual([-1, -1, -1, -1]);
  });

  it('refuse another corpus', () => {
    expect(() => triggerTokens(found, 1, () => [1])).toThrow('position 1 of example 0, which has 1 tokens');
    expect(() => triggerTokens(found, 2, tokensOf)).toThrow('no layer 2');
  });
});
