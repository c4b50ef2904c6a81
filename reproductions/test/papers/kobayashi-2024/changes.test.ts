import { describe, expect, it } from 'vitest';
import { stat } from '../../../src/claim';
import * as of from '../../../src/papers/kobayashi-2024/changes';
import type { LayerNumbers, Maps } from '../../../src/papers/kobayashi-2024/materials/maps';
import {
  hasSmallGain,
  lowMedians,
  outliers,
  share,
  shuffledGains,
  smallGains,
} from '../../../src/papers/kobayashi-2024/outliers';

const WIDTH = 100;
/** |output| of a block that writes into three dimensions most. */
const magnitudes = (top: readonly number[]) =>
  Float64Array.from({ length: WIDTH }, (_, k) => (top.includes(k) ? 9 + k : 1));
/** γ that grows with the dimension: its percentile is its place. */
const rising = Float64Array.from({ length: WIDTH }, (_, k) => k + 1);

const numbers = (feedForward: number, skip: number, top: readonly number[] = [1, 2, 3]) =>
  ({ change: { feedForward, skip, layer: skip / 2 }, magnitudes: magnitudes(top) }) as unknown as LayerNumbers;

/** Five layers of two sequences each. */
const maps = {
  models: [
    {
      name: 'base',
      units: { clusters: [0, 1], method: 'none' },
      gains: [rising, rising, rising, rising, new Float64Array(WIDTH).fill(1)],
      layers: [
        [numbers(0.1, 0.02), numbers(0.3, 0.02)],
        [numbers(0.1, 0.1), numbers(0.1, 0.1)],
        [numbers(0.05, 0.2, [50, 60, 70]), numbers(0.05, 0.2, [50, 60, 70])],
        [numbers(0.4, 0.1, [4, 60, 70]), numbers(0.4, 0.1, [4, 60, 70])],
        [numbers(0.2, 0), numbers(0.2, 0)],
      ],
    },
  ],
} as unknown as Maps;
const plain = (profile: of.Profile) =>
  profile[0]!.layers.map(stat.plainly).map((value) => Math.round(value * 1e6) / 1e6);

describe('changes of the map', () => {
  it('are means over sequences, layer by layer, each sequence as often as it was drawn', () => {
    const [{ layers }] = of.changes(maps, 'feedForward') as [of.Profile[number]];
    expect(layers.map(({ label }) => label)).toEqual(['layer 1', 'layer 2', 'layer 3', 'layer 4', 'layer 5']);
    expect(plain(of.changes(maps, 'feedForward'))).toEqual([0.2, 0.1, 0.05, 0.4, 0.2]);
    expect(layers[0]!.of(Float64Array.of(3, 1))).toBeCloseTo(0.15, 12);
  });

  it('κ is 1 where the change is undone, 0 where it stays, below 0 where it grows', () => {
    expect(plain(of.cancellation(maps, 'skip'))).toEqual([0.9, 0, -3, 0.75, 1]);
    expect(plain(of.undone(maps, 'skip'))).toEqual([0.18, 0, -0.15, 0.3, 0.2]);
  });

  it('so many layers reach a value: half, most, four of five', () => {
    const [half, most, fourFifths] = [of.half, of.mostOf, of.fourFifths].map((layers) =>
      stat.plainly(of.reachedBy(of.changes(maps, 'feedForward'), layers)[0]!),
    );
    expect([half, most]).toEqual([0.2, 0.2]);
    expect(fourFifths).toBeCloseTo(0.1, 12);
    expect([of.half(6), of.mostOf(6), of.fourFifths(6), of.half(1), of.mostOf(1)]).toEqual([3, 4, 5, 1, 1]);
  });

  it('a control fails where a silent block changes something, or a large one is undone', () => {
    const check = (scaled: Maps['scaled'][number][]) =>
      of.scaledBlocks.check([{ ...maps, scaled }], [], undefined as never);
    const good = { layer: 0, silent: 0, small: 0.999, large: 0.01 };
    for (const [scaled, passed] of [
      [[good], true],
      [[{ ...good, silent: 1e-9 }], false],
      [[good, { ...good, small: Number.NaN }], false],
      [[{ ...good, large: 0.5 }], false],
      [[], false],
    ] as const)
      expect(check([...scaled])).toMatchObject({ passed });
  });
});

describe('γ at outlier dimensions', () => {
  const found = outliers(maps);

  it('is small in the layers where one of the top three has one of the smallest; never where it is constant', () => {
    expect(found[0]!.layers.map(hasSmallGain)).toEqual([true, true, false, true, false]);
    expect(share(found[0]!)).toBe('3 of 5 layers');
    expect(found[0]!.layers[0]!.top).toEqual([3, 2, 1].map((k) => (100 * k) / 99));
    expect(found[0]!.layers[4]!.median).toBeNull();
    expect(smallGains(found)).toEqual([{ label: 'base', count: 1 }]);
    // The largest one is dimension 3, 3, 70, 70, and of a constant γ there is none.
    expect(lowMedians(found)).toEqual([{ label: 'base', count: 0 }]);
  });

  it('in random order is about as often small as chance says', async () => {
    const { passed, detail } = await shuffledGains.check([maps], [], { seed: 1 } as never);
    expect(passed).toBe(true);
    expect(Math.abs(Number(/^[\d.]+/.exec(detail)![0]) - 0.8 * 14.3)).toBeLessThan(3);
  });
});
