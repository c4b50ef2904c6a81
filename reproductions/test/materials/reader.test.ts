import { readout as readoutOf } from '@interlayer/ffn-memory';
import { matrix } from '@interlayer/linalg';
import { expectConservesTensors, randomValues, tolerance, useBackend } from '@interlayer/test-kit';
import { beforeAll, expect, it } from 'vitest';
import { openReader } from '../../src/materials/reader';
import { kinds, runtime, VOCABULARY } from '../subjects/tiny-models';

beforeAll(() => useBackend('cpu'));

it.each(kinds)('of %s: the product with the embedding is the whole readout', async (_, make) => {
  const { specimen, scores } = make();
  const states = Array.from({ length: 5 }, (__, i) => Array.from(randomValues(specimen.width, i)));
  const [own, bare] = [specimen.readouts[0], specimen.readouts.at(-1)];
  await expectConservesTensors(async () => {
    for (const readout of [own!, bare!]) {
      const reader = await openReader(readout, runtime);
      const { embedding, options } = reader;
      expect([embedding.rows, embedding.columns]).toEqual([VOCABULARY, specimen.width]);
      const rows = matrix(Float32Array.from(states.flat()), specimen.width);
      const product = await options.matmul(rows, embedding);
      expect([product.rows, product.columns]).toEqual([states.length, VOCABULARY]);
      const plain = states.map((h) =>
        Array.from({ length: VOCABULARY }, (__, token) =>
          h.reduce((sum, value, k) => sum + value * embedding.data[token * specimen.width + k]!, 0),
        ),
      );
      const expected = (readout === own ? scores(states) : plain).flat();
      for (const [i, value] of expected.entries())
        expect(Math.abs(product.data[i]! - value)).toBeLessThan(tolerance.float32 * 10);
      const request = { probabilityOf: [[0, 1, 2, -1, 3]], rankOf: [[3, -1, 0, 1, 2]], block: 2 };
      const { matmul, reduce } = options;
      const [here, inside] = [
        await readoutOf(rows, embedding, { ...request, matmul }),
        await readoutOf(rows, embedding, { ...request, reduce }),
      ];
      expect([...inside.top, ...inside.rankOf[0]!]).toEqual([...here.top, ...here.rankOf[0]!]);
      for (const [i, value] of inside.probabilityOf[0]!.entries())
        if (i !== 3) expect(Math.abs(value - here.probabilityOf[0]![i]!)).toBeLessThan(tolerance.float32);
      await reader.dispose();
    }
  });
  specimen.dispose();
});
