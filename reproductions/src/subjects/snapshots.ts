import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of earlier weights in a model's folder, as variants `step-<step>`, in the order of their steps. */
export function snapshotsIn(folder: string): Record<string, string> {
  const steps = join(folder, 'steps');
  if (!existsSync(steps)) return {};
  const names = readdirSync(steps).sort((a, b) => Number(a) - Number(b));
  return Object.fromEntries(names.map((step) => [`step-${step}`, join(steps, step)]));
}
