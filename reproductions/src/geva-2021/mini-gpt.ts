import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { miniGptFolder as packageFolder } from '@interlayer/mini-gpt';

/** The folder of the shipped model, or undefined in a checkout that does not have its weights. */
export function miniGptFolder(): string | undefined {
  const folder = packageFolder();
  return existsSync(join(folder, 'model.safetensors')) ? folder : undefined;
}
