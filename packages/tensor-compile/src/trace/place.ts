/** Undefined in a bundle that is not a module. In a bundle, the frames of this package look like the user's. */
const OWN_FOLDER: string | undefined = import.meta.url && new URL('..', import.meta.url).pathname;

const isForeign = (line: string): boolean =>
  OWN_FOLDER !== undefined &&
  !line.includes('@tensorflow') &&
  // A frame has a URL, which is encoded, or a path, which is not.
  !line.includes(OWN_FOLDER) &&
  !line.includes(decodeURIComponent(OWN_FOLDER)) &&
  !line.includes('node:') &&
  !line.includes('(<anonymous>)');

/** The line of the user's code that an error came from: the innermost frame outside tfjs and this package. */
export function placeOf(error: { stack?: string }): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const frame = frames.find(isForeign);
  return frame ? frame.trim().replace(/^at /, '') : 'an unknown place';
}

/** Runs `body` with stack traces long enough to reach the user's code below tfjs. */
export function withLongStacks<T>(body: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return body();
  } finally {
    Error.stackTraceLimit = before;
  }
}
