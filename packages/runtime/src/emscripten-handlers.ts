/** What emscripten's handlers look like, minified or not: they throw again what reaches them. */
const HANDLERS = {
  uncaughtException: /^function\s*\((\w+)\)\s*\{\s*if\s*\(!\(\1 instanceof ExitStatus\)\)\s*\{\s*throw \1;?\s*\}\s*\}$/,
  unhandledRejection: /^function\s*\((\w+)\)\s*\{\s*throw \1;?\s*\}$/,
};

/**
 * Loads a module that emscripten made, and takes off the handlers that it puts on the process: they throw again every
 * uncaught error, from a line of minified code that Node then prints, all 39 kB of it. Only what was added during `load`
 * and reads like emscripten's own goes; the handlers of others stay.
 */
export async function withoutEmscriptenHandlers<T>(load: () => Promise<T>): Promise<T> {
  const names = Object.keys(HANDLERS) as (keyof typeof HANDLERS)[];
  const before = new Set(names.flatMap((name) => process.listeners(name as 'exit')));
  try {
    return await load();
  } finally {
    for (const name of names)
      for (const handler of process.listeners(name as 'exit'))
        if (!before.has(handler) && HANDLERS[name].test(handler.toString())) process.removeListener(name, handler);
  }
}
