import { printableLines } from '../report/format';

/** Text for people that is not the report goes to standard error. */
export const say = (text: string): void => void process.stderr.write(`${printableLines(text)}\n`);
