import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import { paperOf } from '../../src/claim/schema';
import { workspace } from '../../src/folders';
import { papers } from '../../src/papers';
import { readCatalogue } from '../../src/run/catalogue';
import { UsageError } from '../../src/run/usage-error';

const module = (path: string) => JSON.stringify(pathToFileURL(join(workspace, path)).href);

/** The text of a claim file of Geva's paper. */
const claimFile = (id: string) => `
import { claim, exactly } from ${module('src/claim/index.ts')};
import { nothing } from ${module('src/materials/nothing.ts')};
export default claim('geva-2021/${id}', {
  title: 'A title',
  locator: 'section 1',
  says: 'It holds.',
  kind: 'exact',
  estimand: 'a count',
  source: 'algebra',
  material: nothing,
  measure: () => 0,
  criteria: () => ({ zero: ['It is zero', exactly([{ label: 'x', count: 0 }])] }),
  headline: () => ['x', '', 0],
  sentence: () => 'It holds.',
  controls: [],
});
`;

/** A folder of papers with these claim files of Geva's. */
async function papersWith(files: Record<string, string>) {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'geva-2021/claims'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'geva-2021/claims', name), text);
  return folder;
}

describe('the catalogue', () => {
  it('has every claim, in the order of the papers, then of their numbers, and none is broken', async () => {
    const { claims, broken } = await readCatalogue();
    expect(broken).toEqual([]);
    const place = (id: string) => papers.findIndex((paper) => paper.id === paperOf(id));
    const number = (id: string) => Number(/\/[a-z](\d+)/.exec(id)![1]);
    const ids = claims.map(({ record }) => record.id);
    expect(ids).toEqual([...ids].sort((a, b) => place(a) - place(b) || number(a) - number(b)));
    expect(new Set(ids).size).toBe(ids.length);
    const geva = ids.filter((id) => paperOf(id) === 'geva-2021');
    expect(geva.map((id) => /c\d+/.exec(id)![0])).toEqual(Array.from({ length: 14 }, (_, i) => `c${i}`));
    for (const { record, file } of claims) expect(file).toBe(`src/papers/${record.id.replace('/', '/claims/')}.ts`);
  });

  it('has the claims that are whole beside files that are not, and says what is wrong with those', async () => {
    const folder = await papersWith({
      'c2-good.ts': claimFile('c2-good'),
      'c10-good.ts': claimFile('c10-good'),
      'c3-throws.ts': `throw new Error('no such table');`,
      'c4-spoiled.ts': claimFile('c4-spoiled').replace("'A title'", "''"),
      'c5-syntax.ts': 'export default claim(',
      'c6-empty.ts': 'export {};',
      'c7-elsewhere.ts': claimFile('c8-other'),
    });
    const { claims, broken } = await readCatalogue(folder);
    expect(claims.map(({ record }) => record.id)).toEqual(['geva-2021/c2-good', 'geva-2021/c10-good']);
    expect(broken).toHaveLength(5);
    const reason = (name: string) => broken.find((text) => text.includes(`${name}.ts: `));
    expect(reason('c3-throws')).toContain('no such table');
    expect(reason('c4-spoiled')).toMatch(/The record of geva-2021\/c4-spoiled does not fit its schema[\s\S]*title/);
    expect(reason('c5-syntax')).toBeDefined();
    expect(reason('c6-empty')).toContain('its default export is not a claim');
    expect(reason('c7-elsewhere')).toContain('it defines geva-2021/c8-other');
  });

  it('refuses the folder of a paper that is not listed, before any claim is read', async () => {
    const folder = await papersWith({ 'c3-throws.ts': `globalThis.wasRead = true;` });
    mkdirSync(join(folder, 'smith-2030/claims'), { recursive: true });
    const read = readCatalogue(folder);
    await expect(read).rejects.toThrow(UsageError);
    await expect(read).rejects.toThrow('src/papers/smith-2030 is not listed: add its paper to src/papers/index.ts.');
    expect(globalThis).not.toHaveProperty('wasRead');
  });

  it('of a paper without a folder is empty', async () => {
    expect(await readCatalogue(await temporaryFolder())).toEqual({ claims: [], broken: [] });
  });
});
