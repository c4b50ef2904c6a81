import { compositionCase } from '@interlayer/ffn-memory';
import { expectConservesTensors, seededRandom, tolerance, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shuffledPairs } from '../../../src/conditions';
import { pairsOf } from '../../../src/conditions/shuffled-pairs';
import { readOut } from '../../../src/papers/geva-2021/materials/read-out';
import { inOrder, readValueTops } from '../../../src/papers/geva-2021/materials/value-tops';
import { zeroAgreementOf } from '../../../src/papers/geva-2021/materials/zero-agreement';
import { type Context, type Site, type Specimen, valuesOf } from '../../../src/subjects/specimen';
import { alone, kinds, randomSentences, runtime, type Tiny, withSites } from '../../subjects/tiny-models';

const random = seededRandom(11);
const contexts: Context[] = randomSentences(24, 12, 11)
  .filter(({ length }) => length > 1)
  .map((sentence) => {
    const cut = 1 + Math.floor(random() * (sentence.length - 1));
    const tokens = Array.from(sentence);
    return { prefix: tokens.slice(0, cut), next: tokens[cut]!, rest: tokens.slice(cut + 1) };
  });

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

describe.each(kinds)('reading %s', (_, make) => {
  let tiny: Tiny;
  let model: Specimen;
  let found: Awaited<ReturnType<typeof readOut>>;
  beforeAll(async () => {
    await useBackend('cpu');
    tiny = make();
    model = tiny.specimen;
    found = await readOut(model, contexts, runtime);
  });
  afterAll(() => model.dispose());

  it('equals a forward pass for each context alone, brute force (what fills up a batch does not matter)', async () => {
    const embedding = model.readouts.at(-1)!.embedding.arraySync() as number[][];
    const bare = (h: number[]) => embedding.map((e) => e.reduce((sum, value, k) => sum + value * h[k]!, 0));
    const valueTops: number[][] = [];
    const reversedTops: number[][] = [];
    for (let layer = 0; layer < model.layers; layer++) {
      const values = await valuesOf(model, layer);
      const scores = Array.from({ length: model.cells }, (__, cell) =>
        bare(Array.from(values.data.subarray(cell * model.width, (cell + 1) * model.width))),
      );
      valueTops.push(scores.map(argmax));
      reversedTops.push(scores.map((all) => argmax(all.map((score) => -score))));
    }
    const [own] = found.readings;
    const tops = await readValueTops(model, runtime);
    const zeros = own!.layers.map((layer, i) => zeroAgreementOf(layer, found.signs[i]!, tops[i]!));
    for (const [row, context] of contexts.entries()) {
      const opens = model.gated ? 'ffn.gate' : 'ffn.hidden';
      const layers = alone(model, context, ['middle', 'ffn.hidden', 'ffn.output', 'output', opens]);
      const scores = layers.map(([r, , y, o]) => tiny.scores([r!, y!, o!]));
      const final = argmax(scores.at(-1)![2]!);
      expect(own!.final[row]).toBe(final);
      for (const [slot, [, m, , , gates]] of layers.entries()) {
        const layer = own!.layers[slot]!;
        const [r, y, o] = scores[slot]!.map(argmax);
        expect([layer.r[row], layer.y[row], layer.o[row]]).toEqual([r, y, o]);
        const sum = scores[slot]![0]!.reduce((total, score) => total + Math.exp(score), 0);
        expect(Math.abs(layer.confidence[row]! - Math.exp(scores[slot]![0]![final]!) / sum)).toBeLessThan(
          tolerance.float32,
        );
        expect(layer.active[row]).toBe(gates!.filter((value) => value > 0).length / model.cells);
        const agreeing = (token: number, active: boolean) =>
          m!.some((coefficient, cell) => {
            const top = (coefficient < 0 && model.gated ? reversedTops : valueTops)[slot]![cell];
            return top === token && (!active || gates![cell]! > 0);
          });
        const zero = zeros[slot]!;
        expect(zero.all[row]).toBe(!agreeing(y!, false));
        expect(zero.active[row]).toBe(!agreeing(y!, true));
        expect(zero.asCoded[row]).toBe(!agreeing(o!, true));
      }
    }
  });

  it('finds the top tokens of shuffled values in those of the model itself', async () => {
    const shuffled = shuffledPairs.apply(model, 3);
    const tops = inOrder(await readValueTops(model, runtime), pairsOf(model, 3));
    expect(tops).toEqual(await readValueTops(shuffled, runtime));
    expect(tops).not.toEqual(await readValueTops(model, runtime));
    shuffled.dispose();
  });

  it('P7, P8: the stream adds up, and its top is the prediction of the model', () => {
    const {
      readings: [own],
      bookkeeping,
    } = found;
    const { sum, memory, ...predictions } = bookkeeping;
    expect(predictions).toEqual({ argmaxDisagreements: 0, checked: contexts.length });
    expect(sum).toBeLessThan(1e-6);
    expect(memory).toBeLessThan(1e-5);
    const last = own!.layers.at(-1)!;
    expect(last.o).toEqual(own!.final);
    const cases = Array.from(last.r, (r, i) => compositionCase(r, last.y[i]!, last.o[i]!));
    expect(cases.filter((found) => found === 'residual' || found === 'agreement')).toHaveLength(
      Array.from(last.r).filter((token, i) => token === own!.final[i]).length,
    );
    if (model.adds && model.readouts[0]!.linear) expect(cases).not.toContain('fifth');
  });

  it('bookkeeping notices a swapped hook point', async () => {
    const renamed = async (names: Partial<Record<Site, Site>>) =>
      (await readOut(withSites(model, names), contexts, runtime)).bookkeeping;
    expect((await renamed({ middle: 'ffn.output', 'ffn.output': 'ffn.sum' })).sum).toBeGreaterThan(0.01);
    // r and y add up in either order
    const exchanged = await renamed({ middle: 'ffn.output', 'ffn.output': 'middle' });
    expect(exchanged.sum).toBeLessThan(1e-6);
    expect(exchanged.memory).toBeGreaterThan(0.1);
    expect((await renamed({ output: 'middle' })).argmaxDisagreements).toBeGreaterThan(0);
  });

  it('frees what it makes', async () => {
    await expectConservesTensors(() => readOut(model, contexts.slice(0, 3), runtime));
  });

  it('reads only what fires in a model without a head', async () => {
    const headless = await readOut({ ...model, readouts: [] }, contexts, runtime);
    expect(headless.readings).toHaveLength(1);
    expect(headless.readings[0]!.readout).toBe('none');
    expect(headless.bookkeeping).toMatchObject({ argmaxDisagreements: 0, checked: 0 });
    const activeOf = ({ layers }: (typeof headless.readings)[number]) => layers.map(({ active }) => active);
    expect(activeOf(headless.readings[0]!)).toEqual(activeOf(found.readings[0]!));
  });

  it('reads by each readout, the model’s own first', () => {
    const names = model.readouts.map(({ name }) => name);
    expect(found.readings.map(({ readout }) => readout)).toEqual([...new Set([names[0], names.at(-1)])]);
  });

  it('refuses a context that does not fit', async () => {
    const long = { prefix: new Array(99).fill(1), rest: [] };
    await expect(readOut(model, [long], runtime)).rejects.toThrow('Context 0 is too long');
  });
});
