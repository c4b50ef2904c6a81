import { join } from 'node:path';
import { expectConservesTensors, temporaryFolder } from '@interlayer/test-kit';
import { parseAs, type Result, storedResultSchema } from '../../src/claim/schema';
import { readCatalogue } from '../../src/run/catalogue';
import { measurePair } from '../../src/run/measure-pair';
import { planPairs } from '../../src/run/plan';
import { Store } from '../../src/run/store';
import { FINGERPRINT } from '../run/stored-result';
import { subjectIn, tinyCheckpoint } from '../subjects/tiny-checkpoint';

const { claims } = await readCatalogue();

/** All claims of a paper that are asked of a model, on a tiny random one of a family, from so many examples; by the claim's id. */
export async function measureTiny(
  paper: string,
  family: 'gpt2' | 'bert',
  { sample, only = [], head = true }: { sample: number; only?: string[]; head?: boolean },
): Promise<Map<string, Result>> {
  const folder = await temporaryFolder();
  await tinyCheckpoint(folder, family, { head });
  const subject = subjectIn(folder);
  const pairs = planPairs(claims, { paper: [paper], only, subject: [], smoke: false }, subject);
  const settings = { seed: 1, sample, backend: 'onnx-cpu', threads: 1, out: join(folder, 'out'), resume: false };
  const results = new Map<string, Result>();
  await expectConservesTensors(async () => {
    const store = new Store(subject, subject.scale, settings, 'about it');
    try {
      for (const pair of pairs.filter(({ scale }) => scale !== 'exact')) {
        const stored = await measurePair(pair, store, FINGERPRINT);
        const { result } = parseAs(storedResultSchema, stored, pair.key);
        results.set(result.id.slice(paper.length + 1), result);
      }
    } finally {
      await store.dispose();
    }
  });
  return results;
}
