import type { Sink } from './sink';

/** Passes the same values to several sinks; the result holds theirs under the same names. */
export function teeSink<R extends Record<string, unknown>>(sinks: { [K in keyof R]: Sink<R[K]> }): Sink<R> {
  const entries = Object.entries(sinks) as [keyof R & string, Sink<unknown>][];
  const tee: Sink<R> = {
    accept: (...value) => {
      for (const [, sink] of entries) sink.accept(...value);
    },
    result: () => Object.fromEntries(entries.map(([name, sink]) => [name, sink.result()])) as R,
  };
  if (entries.every(([, sink]) => sink.fresh))
    tee.fresh = () =>
      teeSink(
        Object.fromEntries(entries.map(([name, sink]) => [name, sink.fresh!()])) as { [K in keyof R]: Sink<R[K]> },
      );
  return tee;
}
