import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Claim } from './claim-schema';
import { collectClaims } from './define-claim';
import { papers } from './papers';

/** reproductions/ */
export const workspace = join(dirname(fileURLToPath(import.meta.url)), '../..');

export interface CataloguedClaim {
  claim: Claim;
  /** Path of its file, relative to reproductions/. */
  file: string;
}

const number = (id: string): number => Number(/\/[a-z](\d+)/.exec(id)![1]);

/** Every `*.claim.ts` below `folder`, in the order of the papers and of the claims' numbers. */
export async function readCatalogue(folder = join(workspace, 'src')): Promise<CataloguedClaim[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.claim.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const found: CataloguedClaim[] = [];
  for (const path of files) {
    const claims = await collectClaims(() => import(pathToFileURL(path).href));
    const file = relative(workspace, path);
    const [claim] = claims;
    if (claims.length !== 1 || !claim)
      throw new Error(`${file} defines ${claims.length} claims; a claim file defines exactly one.`);
    if (!path.endsWith(`${claim.id}.claim.ts`))
      throw new Error(`${file} defines ${claim.id}; the file of that claim is src/${claim.id}.claim.ts.`);
    found.push({ claim, file });
  }
  const place = ({ claim: { id } }: CataloguedClaim) => papers.findIndex((paper) => id.startsWith(`${paper.id}/`));
  return found.sort((a, b) => place(a) - place(b) || number(a.claim.id) - number(b.claim.id));
}
