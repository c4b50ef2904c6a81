import { existsSync } from 'node:fs';
import { type GlueFacts, glue, type SplitOf, tasks } from '@interlayer/glue-loader';
import { sharedData } from '../subjects/shared-data';
import { Unavailable } from '../subjects/subject';
import type { GlueTask } from '../subjects/task-texts';
import type { Bench } from './material';

export interface GlueTexts {
  /** The class, or the score of STS-B. */
  label: number;
  /** One text or two. */
  texts: readonly string[];
}

/**
 * The rows of a split with their texts, from the folder `glue` of the shared data where it is there, or else from the hub; MNLI
 * is validated on its matched rows. The files that they are from are noted.
 * @throws Unavailable that says where the files belong
 */
export async function glueRows(
  task: GlueTask,
  split: 'train' | 'validation',
  bench: Pick<Bench, 'artefact'>,
): Promise<{ rows: GlueTexts[]; facts: GlueFacts }> {
  const folder = sharedData('glue');
  const name = (task === 'mnli' && split === 'validation' ? 'validation_matched' : split) as SplitOf<GlueTask>;
  const { rows, facts } = await glue(task, name, existsSync(folder) ? { from: folder } : {}).catch((error: Error) => {
    throw new Unavailable(
      `the ${name} split of ${task} cannot be read: ${error.message} Put GLUE's files into ${folder}, such as ${tasks[task].folder}/train.tsv; without that folder they are downloaded from the hub (nyu-mll/glue)`,
    );
  });
  bench.artefact(`GLUE ${task}, ${split}`, facts.files.map(({ sha256 }) => sha256).join(', '));
  const columns = Object.keys(tasks[task].texts);
  return {
    rows: (rows as unknown as ({ label: number } & Record<string, string>)[]).map((row) => ({
      label: row.label,
      texts: columns.map((column) => row[column]!),
    })),
    facts,
  };
}
