import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hubPath } from './hub-file';
import { MRPC_TRAIN } from './mrpc-rows';
import { requireTask } from './require-split';

/**
 * The file of a split: `from` itself if that is a file, else the one in the folder `from`, which has the layout of the official
 * TSV files (gzipped or not), or that of the hub.
 *
 * @throws when there is none, with the names that were looked for.
 */
export async function localFile(task: string, split: string, from: string): Promise<string> {
  const path = resolve(from);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path}.`);
  if (!found.isDirectory()) return path;
  const wanted = candidates(task, split);
  for (const name of wanted) if (await exists(join(path, name))) return join(path, name);
  const content = (await readdir(path)).sort().join(', ') || 'nothing';
  throw new Error(`${path} has no ${split} split of ${task}: none of ${wanted.join(', ')} exists. It has: ${content}.`);
}

/** Where the file may be, best first. */
function candidates(task: string, split: string): string[] {
  const { folder, file = split.replace('validation', 'dev') } = requireTask(task);
  const packed = (name: string) => [name, `${name}.gz`];
  return [
    ...packed(`${folder}/${file}.tsv`),
    ...(task === 'ax' ? packed(`${file}/${file}.tsv`) : []),
    ...(task === 'mrpc' ? [split === 'test' ? `${folder}/msr_paraphrase_test.txt` : `${folder}/${MRPC_TRAIN}`] : []),
    hubPath(task, split),
    ...packed(`${folder}/${file}_sample.tsv`),
  ];
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
