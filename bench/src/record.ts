import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeAtomicallySync } from '@interlayer/atomic-write';
import { processorLabel } from './processor';
import { type Machine, type Report, report } from './report';
import { withSpeedSection } from './speed-section';

const RESULTS = fileURLToPath(new URL('../results.json', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** bench/results.json: one block for each processor that was measured. */
export interface Recorded {
  processors: Report[];
}

/** A block's name: the processor and its number of cores. */
export const blockOf = ({ processor, cores }: Machine): string =>
  `${processorLabel(processor)}, ${cores} core${cores === 1 ? '' : 's'}`;

const isBlockOf = (one: Machine, other: Machine): boolean =>
  one.processor.vendor === other.processor.vendor && blockOf(one) === blockOf(other);

/** Merges new measurements into the block of their processor; those of other processors stay as they are. */
export function merged({ processors }: Recorded, measured: Report): Recorded {
  const at = processors.findIndex(({ machine }) => isBlockOf(machine, measured.machine));
  return {
    processors: at < 0 ? [...processors, measured] : processors.with(at, mergedBlock(processors[at]!, measured)),
  };
}

/** New results replace older ones of the same benchmarks. */
function mergedBlock(recorded: Report, measured: Report): Report {
  const [then, now] = [JSON.stringify(recorded.machine), JSON.stringify(measured.machine)];
  const kept = Object.keys(recorded.results).filter((name) => !(name in measured.results));
  if (then !== now && kept.length > 0)
    throw new Error(
      `the block "${blockOf(recorded.machine)}" of bench/results.json was measured on ${then}, and this machine is ${now}: record all benchmarks on one machine (${kept.join(', ')} would remain from the other)`,
    );
  return report({ ...recorded.results, ...measured.results }, measured.machine);
}

/** The first line of a run: where it runs, and what `--record` would write. */
export function headline(machine: Machine, { processors }: Recorded, recording: boolean): string {
  const { vendor } = machine.processor;
  const exists = processors.some((block) => isBlockOf(block.machine, machine));
  const block = `${exists ? 'the existing' : 'a new'} block "${blockOf(machine)}" of bench/results.json`;
  return `Running on ${blockOf(machine)} (${vendor}); ${recording ? `records in ${block}` : `--record would write ${block}`}.`;
}

/** Records results in bench/results.json and in the README. */
export function record(measured: Report): void {
  writeAtomicallySync(RESULTS, json(merged(recorded(), measured)));
  writeReadme();
}

/** Writes the README's section on speed from bench/results.json. */
export function writeReadme(): void {
  writeAtomicallySync(README, withSpeedSection(readFileSync(README, 'utf8'), recorded().processors));
}

export const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

export const recorded = (): Recorded =>
  existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : { processors: [] };
