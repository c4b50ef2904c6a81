/** The user stopped the run; what is finished is kept. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Runs work that SIGINT and SIGTERM abort: it then fails with the message. */
export async function interruptible<T>(message: () => string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let interrupt = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => {
      reject(new Interrupted(message()));
      stop.abort();
    };
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.prependListener(signal, interrupt);
  try {
    return await Promise.race([work(stop.signal), interrupted]);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
}
