import { fitLinear, Scorer } from '@interlayer/nonlinearity';
import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hiddenStates, type TokenRow } from '../../../src/materials/hidden-states';
import { linearityOf } from '../../../src/papers/zhao-2021/materials/components';
import type { Specimen } from '../../../src/subjects/specimen';
import { bertLike, randomSentences, runtime, withSites } from '../../subjects/tiny-models';

let model: Specimen;
beforeAll(async () => {
  await useBackend('cpu');
  model = bertLike().specimen;
});
afterAll(() => model.dispose());

/** Rows of one length. */
const rowsOf = (count: number, seed: number): TokenRow[] =>
  randomSentences(count * 40, 30, seed)
    .filter(({ length }) => length >= 12)
    .slice(0, count)
    .map((ids, text) => ({ ids: [...ids.subarray(0, 12)], text }));

const [fitted, held] = [rowsOf(30, 1), rowsOf(10, 2)];

describe('linear maps of components', () => {
  it('are fitted to some rows and scored on others, each a cluster', async () => {
    const { scores } = await expectConservesTensors(() => linearityOf(model, fitted, held, runtime));
    const all = scores.scores();
    expect(Object.keys(all)).toHaveLength(18);
    for (const { n, clusters, degenerate } of Object.values(all))
      expect({ n, clusters, degenerate }).toEqual({ n: 120, clusters: 10, degenerate: {} });

    const ends = ['middle', 'ffn.output'] as const;
    const at = (rows: TokenRow[]) => hiddenStates(model, rows, runtime, ends);
    const [X, Y] = (await at(fitted))[1]!;
    const [heldX, heldY] = (await at(held))[1]!;
    const scorer = new Scorer(await fitLinear({ X: X!, Y: Y! }));
    await scorer.add(heldX!, heldY!);
    expect(all['layers.1.mlp']!.r2).toBeCloseTo(scorer.scores().r2!, 4);
    expect(scores.weighted('layers.1.mlp', 'r2')(new Float64Array(10).fill(1))).toBe(all['layers.1.mlp']!.r2);
  });

  it('take more rows than are in memory at once', async () => {
    const many = Array.from({ length: 7 }, () => fitted).flat();
    const all = (await linearityOf(model, many, held, runtime)).scores.scores();
    const once = (await linearityOf(model, fitted, held, runtime)).scores.scores();
    for (const [name, { r2 }] of Object.entries(all)) expect(r2, name).toBeCloseTo(once[name]!.r2!, 3);
  });

  it('find an affine component, and nothing in outputs of other tokens', async () => {
    const { scores, chance } = await linearityOf(model, fitted, held, runtime);
    const all = scores.scores();
    for (const layer of [0, 1, 2]) {
      expect(all[`layers.${layer}.ff_after_self_attention`]!.r2).toBeGreaterThan(0.999);
      expect(all[`layers.${layer}.mlp`]!.r2).toBeLessThan(0.99);
    }
    expect(Math.abs(chance)).toBeLessThan(0.25);
    expect(all['layers.0.mlp']!.r2! - chance).toBeGreaterThan(0.3);
  });

  it('are not those of a model whose sites are mixed up', async () => {
    const mixed = withSites(model, { 'attention.context': 'input' });
    const { scores } = await linearityOf(mixed, fitted, held, runtime);
    expect(scores.scores()['layers.0.ff_after_self_attention']!.r2).toBeLessThan(0.999);
  });
});
