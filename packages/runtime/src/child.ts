import { spawn } from 'node:child_process';

export interface ChildOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  /** Milliseconds until the child is killed. */
  timeout?: number;
}

const MARK = '\u0001result:';

/** The function that the child's code calls with its result, a JSON value. */
const REPORT = `const report = (value) => process.stdout.write(${JSON.stringify(`\n${MARK}`)} + JSON.stringify(value) + '\\n');`;

/**
 * Runs JavaScript in its own process, so that a library that aborts takes only the child with it.
 *
 * @returns What the code passed to `report`.
 * @throws When the child threw, aborted, was killed, timed out or reported nothing; the message says which, with the last
 * complaint that it wrote to stderr.
 */
export async function runChild<T>(
  code: string,
  { args = [], env = {}, timeout = 20_000 }: ChildOptions = {},
  nodeArguments: readonly string[] = [],
): Promise<T> {
  const child = spawn(process.execPath, [...nodeArguments, '-e', `${REPORT}\n${code}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-20_000);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeout);
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => resolve(ended));
  }).finally(() => clearTimeout(timer));
  // A result counts even when the library aborts afterwards, while the process ends.
  const line = output.split('\n').findLast((each) => each.startsWith(MARK));
  if (line) return JSON.parse(line.slice(MARK.length)) as T;
  if (late) throw new Error(`did not answer within ${timeout / 1000} s`);
  const reason = complaint(errors);
  throw new Error(
    `${signal ? `the process was ended by ${signal}` : `the process ended with code ${status}`}${reason ? `: ${reason}` : ''}`,
  );
}

/** The line of a stack trace or a native library's complaint that says what happened. */
function complaint(errors: string): string | undefined {
  const lines = errors
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /^(\w*Error|terminate|what\(\)|fatal)/i.test(line)) ?? lines.at(-1);
}
