import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { type Report, report } from './report';
import { withSpeedSection } from './speed-section';

const RESULTS = fileURLToPath(new URL('../results.json', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** Merges new measurements into the recorded results; they replace older ones of the same benchmarks. */
export function merged(recorded: Report, measured: Report): Report {
  const [then, now] = [JSON.stringify(recorded.machine), JSON.stringify(measured.machine)];
  const kept = Object.keys(recorded.results).filter((name) => !(name in measured.results));
  if (then !== now && kept.length > 0)
    throw new Error(
      `bench/results.json was measured on ${then}, and this machine is ${now}: record all benchmarks on one machine (${kept.join(', ')} would remain from the other)`,
    );
  return report({ ...recorded.results, ...measured.results }, measured.machine);
}

/** Records results in bench/results.json and in the README. */
export function record(measured: Report): void {
  writeAtomicallySync(RESULTS, json(existsSync(RESULTS) ? merged(read(), measured) : measured));
  writeReadme();
}

/** Writes the README's section on speed from bench/results.json. */
export function writeReadme(): void {
  writeAtomicallySync(README, withSpeedSection(readFileSync(README, 'utf8'), read()));
}

export const json = (value: Report): string => `${JSON.stringify(value, null, 2)}\n`;

const read = (): Report => JSON.parse(readFileSync(RESULTS, 'utf8'));
