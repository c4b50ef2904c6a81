import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Claim } from '../claim/claim';
import { workspace } from '../folders';
import { papers } from '../papers';
import { UsageError } from './usage-error';

export interface CataloguedClaim extends Claim {
  /** Path of its file, relative to reproductions/. */
  file: string;
}

export interface Catalogue {
  claims: CataloguedClaim[];
  /** Files that do not define a claim, with the reason. */
  broken: string[];
}

const number = ({ record: { id } }: CataloguedClaim): number => Number(/\/[a-z](\d+)/.exec(id)![1]);

/**
 * Every claim of every paper, in the order of the papers and of the claims' numbers: each file in
 * `src/papers/<paper>/claims` exports one.
 */
export async function readCatalogue(folder = join(workspace, 'src/papers')): Promise<Catalogue> {
  const catalogue: Catalogue = { claims: [], broken: [] };
  const listed = papers.map(({ id }) => id);
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    if (!listed.includes(name))
      throw new UsageError(`src/papers/${name} is not listed: add its paper to src/papers/index.ts.`);
  for (const paper of listed) {
    const claims: CataloguedClaim[] = [];
    for (const file of filesOf(join(folder, paper, 'claims'))) {
      const path = relative(workspace, file);
      try {
        claims.push({ ...claimOf(await import(pathToFileURL(file).href), file, paper), file: path });
      } catch (error) {
        catalogue.broken.push(`${path}: ${(error as Error).message}`);
      }
    }
    catalogue.claims.push(...claims.sort((a, b) => number(a) - number(b)));
  }
  return catalogue;
}

const filesOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.ts'))
        .sort()
        .map((file) => join(folder, file))
    : [];

function claimOf(module: { default?: Claim }, file: string, paper: string): Claim {
  const claim = module.default;
  if (!claim?.record) throw new Error('its default export is not a claim');
  if (!file.endsWith(`${paper}/claims/${claim.record.id.slice(paper.length + 1)}.ts`))
    throw new Error(
      `it defines ${claim.record.id}; the file of that claim is src/papers/${paper}/claims/<rest of its id>.ts`,
    );
  return claim;
}
