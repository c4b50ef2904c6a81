import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/provenance';

/** The folder of the shipped model, or undefined in a checkout that does not have it. */
export function miniGptFolder(): string | undefined {
  const folder = join(repository, 'packages/mini-gpt/model');
  return existsSync(join(folder, 'model.safetensors')) ? folder : undefined;
}
