/** Emscripten's handlers, minified or not: they rethrow what reaches them. */
const HANDLERS = {
  uncaughtException: /^function\s*\((\w+)\)\s*\{\s*if\s*\(!\(\1 instanceof ExitStatus\)\)\s*\{\s*throw \1;?\s*\}\s*\}$/,
  unhandledRejection: /^function\s*\((\w+)\)\s*\{\s*throw \1;?\s*\}$/,
};

/**
 * Loads a module built by emscripten and removes the handlers that it installs on the process: they rethrow every uncaught
 * error from a line of minified code, which Node then prints, all 39 kB of it. Only handlers that were added during `load`
 * and read like emscripten's own are removed; all others stay.
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
