import type { Sink } from './sink';

/** Hands the same values to several sinks; the result has theirs under their names. */
export function teeSink<R extends Record<string, unknown>>(sinks: { [K in keyof R]: Sink<R[K]> }): Sink<R> {
  const entries = Object.entries(sinks) as [keyof R & string, Sink<unknown>][];
  return {
    accept: (...value) => {
      for (const [, sink] of entries) sink.accept(...value);
    },
    result: () => Object.fromEntries(entries.map(([name, sink]) => [name, sink.result()])) as R,
  };
}
