import * as tf from '@tensorflow/tfjs-core';
import type { Edit } from './edit';
import { SilentPointError } from './errors';
import { runWith } from './run';
import { type Glob, type Select, selectPoints } from './select';
import { Pooled, rowsAndColumns, type Sink } from './sink';
import type { Hookable, HookEvent } from './tap';

/**
 * What a selection gets: a sink, of which each point of a glob gets a fresh one; a function that makes the sink of each
 * point; or {@link pooled} sink, one for all points.
 */
export type SinkChoice<P extends string = string> = Sink<unknown> | Pooled<unknown> | ((point: P) => Sink<unknown>);

type SinkResult<C> =
  C extends Pooled<infer R> ? R : C extends Sink<infer R> ? R : C extends (point: never) => Sink<infer R> ? R : never;

/** The names that a glob may match, as a type: a `*` stands for any text. */
type Matching<G extends string> = G extends `${infer Head}*${infer Tail}` ? `${Head}${string}${Matching<Tail>}` : G;
type PointsOf<P extends string, G extends string> = [Extract<P, Matching<G>>] extends [never]
  ? P
  : Extract<P, Matching<G>>;

/** The results by selection: of a name its sink's result, of a glob a record by point, of a pooled glob one result. */
export type StreamResult<S, P extends string = string> = {
  [K in keyof S]: K extends Glob
    ? S[K] extends Pooled<infer R>
      ? R
      : Record<PointsOf<P, K>, SinkResult<S[K]>>
    : SinkResult<S[K]>;
};

/** A value outside tfjs, such as an output of a compiled function. */
export interface HostValues {
  data: ArrayLike<number>;
  shape: readonly number[];
}

export interface StreamOptions<P extends string, I> {
  /** Applied in each run, in this order. */
  edits?: readonly Edit<Select<P>>[];
  /**
   * Which rows of the value count: one number or boolean per row (all axes but the last, flattened), as a list or as a
   * tensor, which stays the caller's. Without it, or where it returns undefined, all rows count.
   */
  rows?: (
    input: I,
    event: HookEvent<P>,
    shape: readonly number[],
  ) => ArrayLike<number | boolean> | tf.Tensor | undefined;
  /** Ids of the examples of a batch, along the first axis. Default: a count from 0 over the whole stream. */
  examples?: (input: I, batchIndex: number) => ArrayLike<number>;
}

export interface ExecutedStreamOptions<P extends string, B> extends Omit<StreamOptions<P, B>, 'edits'> {
  /**
   * Runs one batch, of any form, and resolves to the values at the points by {@link pointKey}: a compiled
   * `(inputs) => capture(target, inputs, points).tensors`, say. Events then have no slot and sourceLayer. Put edits into
   * the function that runs.
   */
  execute: (batch: B) => Promise<Readonly<Record<string, HostValues>>>;
}

type Batches<B> = Iterable<B> | AsyncIterable<B>;

/** Sinks by name or glob. */
type Choices<P extends string> = { readonly [K in P | Glob]?: SinkChoice<P> };
/** Makes a sink under a name that the target lacks a type error. Names that only the run knows are checked when it starts. */
type Known<S, P extends string> = string extends keyof S
  ? unknown
  : { readonly [K in Exclude<keyof S, P | Glob>]: never };

interface Placed<P extends string> {
  select: string;
  /** The sink of each selected point. */
  sinks: Map<P, Sink<unknown>>;
  result: () => unknown;
}

function place<P extends string>(points: readonly P[], select: string, choice: SinkChoice<P>): Placed<P> {
  const selected = selectPoints(points, select);
  const isGlob = select.includes('*');
  const sinkOf = (point: P): Sink<unknown> => {
    if (choice instanceof Pooled) return choice.sink;
    if (typeof choice === 'function') return choice(point);
    if (!isGlob) return choice;
    if (choice.fresh) return choice.fresh();
    throw new Error(
      `The sink under "${select}" has no fresh(), so it cannot serve each point by itself; give a function that makes a ` +
        'sink for each point, or pooled(sink) to put all points into one.',
    );
  };
  const sinks = new Map(selected.map((point) => [point, sinkOf(point)]));
  const [first] = sinks.values();
  const result =
    isGlob && !(choice instanceof Pooled)
      ? () => Object.fromEntries([...sinks].map(([point, sink]) => [point, sink.result()]))
      : () => first!.result();
  return { select, sinks, result };
}

const float32 = (values: ArrayLike<number>) =>
  values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);

async function maskOf(
  given: ArrayLike<number | boolean> | tf.Tensor | undefined,
  shape: readonly number[],
  point: string,
): Promise<Uint8Array | undefined> {
  if (given === undefined) return undefined;
  const values = given instanceof tf.Tensor ? await given.data() : given;
  const { rows } = rowsAndColumns(shape);
  if (values.length !== rows) {
    throw new Error(
      `The rows option gave ${values.length} entries for "${point}" of shape [${shape.join(', ')}]; expected one for ` +
        `each of its ${rows} rows.`,
    );
  }
  return Uint8Array.from(values as ArrayLike<number>, Number);
}

function eventOf<P extends string>(key: string): HookEvent<P> {
  const [point, call] = key.split('#');
  return { point: point as P, call: Number(call ?? 0) };
}

/**
 * Runs a target over a data set and reduces the values at points as they come: it needs the memory of one batch and of the
 * sinks. Batches run one after the other; an input may be freed once the next one is requested.
 *
 * @param sinks by name or glob: a sink (under a glob each point gets its own), a function that makes the sink of each point,
 *   or {@link pooled} sink.
 * @returns the results under the same keys: of a name the sink's result, of a glob a record by point, of a pooled glob one
 *   result.
 * @throws as {@link runWith}; Error if a row mask or a list of ids has the wrong length, or a sink under a glob cannot
 *   make fresh ones.
 */
export async function stream<P extends string, B, S extends Choices<NoInfer<P>>>(
  target: Pick<Hookable<P>, 'points'>,
  batches: Batches<B>,
  sinks: S & Known<S, P>,
  options: ExecutedStreamOptions<NoInfer<P>, NoInfer<B>>,
): Promise<StreamResult<S, P>>;
export async function stream<P extends string, I, S extends Choices<NoInfer<P>>>(
  target: Hookable<P, I>,
  batches: Batches<NoInfer<I>>,
  sinks: S & Known<S, P>,
  options?: StreamOptions<NoInfer<P>, NoInfer<I>>,
): Promise<StreamResult<S, P>>;
export async function stream<P extends string, I>(
  target: Pick<Hookable<P>, 'points'>,
  batches: Batches<I>,
  sinks: { readonly [select: string]: SinkChoice<P> },
  options: StreamOptions<P, I> & Partial<ExecutedStreamOptions<P, I>> = {},
): Promise<Record<string, unknown>> {
  const { edits, rows, examples: examplesOf, execute } = options;
  if (execute && edits)
    throw new Error('stream got both execute and edits; put the edits into the function that runs.');
  const placed = Object.entries(sinks).map(([select, choice]) => place(target.points, select, choice));
  if (placed.length === 0) throw new Error('stream got no sinks; give at least one.');
  const wanted = new Set(placed.flatMap(({ sinks }) => [...sinks.keys()]));
  const points = target.points.filter((point) => wanted.has(point));

  let batchIndex = 0;
  let seen = 0;
  for await (const input of batches) {
    const given = examplesOf?.(input, batchIndex);
    let first = 0;
    const accept = async (values: Float32Array, shape: readonly number[], event: HookEvent<P>) => {
      const count = shape.length > 1 ? shape[0]! : 1;
      if (given && given.length !== count) {
        throw new Error(
          `The examples option gave ${given.length} ids for batch ${batchIndex}, whose "${event.point}" has shape ` +
            `[${shape.join(', ')}]; expected ${count}.`,
        );
      }
      first ||= count;
      const examples = given ?? Array.from({ length: count }, (_, i) => seen + i);
      const mask = await maskOf(rows?.(input, event, shape), shape, event.point);
      for (const { sinks } of placed)
        sinks.get(event.point)?.accept(values, shape, event, batchIndex, { mask, examples });
    };
    if (execute) {
      const record = await execute(input);
      const silent = points.filter((point) => !(point in record));
      if (silent.length > 0) throw new SilentPointError(silent, 'execute');
      for (const [key, { data, shape }] of Object.entries(record)) await accept(float32(data), shape, eventOf<P>(key));
    } else {
      const run = runWith(target as Hookable<P, I>, input, { edits, capture: points });
      try {
        for (const { key, ...event } of run.events) {
          const tensor = run.tensors[key]!;
          await accept(float32(await tensor.data()), tensor.shape, event as HookEvent<P>);
        }
      } finally {
        run.dispose();
      }
    }
    seen += first;
    batchIndex++;
  }
  return Object.fromEntries(placed.map(({ select, result }) => [select, result()]));
}
