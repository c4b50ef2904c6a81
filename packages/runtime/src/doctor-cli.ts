import { parseArgs } from 'node:util';
import { renderDoctor } from './render-doctor';
import { runDoctor } from './run-doctor';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, threads: { type: 'string' } } });
const report = await runDoctor({ threads: values.threads === undefined ? undefined : Number(values.threads) });
console.log(values.json ? JSON.stringify(report, null, 2) : renderDoctor(report, { width: process.stdout.columns }));
process.exitCode = report.backends.some(({ works }) => works) ? 0 : 1;
