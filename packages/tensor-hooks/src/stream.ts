import * as tf from '@tensorflow/tfjs-core';
import type { Edit } from './edit';
import { SilentPointError } from './errors';
import { runWith } from './run';
import { type Glob, type Select, selectPoints } from './select';
import { rowsAndColumns, type Sink } from './sink';
import type { Hookable, HookEvent } from './tap';

/** One sink for all points of a selection, or a function that makes one for each point. */
export type SinkOrMaker<P extends string = string> = Sink<unknown> | ((point: P) => Sink<unknown>);

/** The result of each sink under its selection; of sinks made per point, a record by point. */
export type StreamResult<S> = {
  [K in keyof S]: S[K] extends (point: never) => Sink<infer R>
    ? Record<string, R>
    : S[K] extends Sink<infer R>
      ? R
      : never;
};

/** Values as they lie outside of tfjs, such as an output of a compiled function. */
export interface HostValues {
  data: ArrayLike<number>;
  shape: readonly number[];
}

export interface StreamOptions<P extends string, I> {
  /** Applied in each run, in this order. */
  edits?: readonly Edit<Select<P>>[];
  /**
   * Which rows of the value count: one number or boolean per row (all axes but the last, flattened), as a list or as a
   * tensor, which stays the caller's. All rows count unless given, or where it gives undefined.
   */
  rows?: (
    input: I,
    event: HookEvent<P>,
    shape: readonly number[],
  ) => ArrayLike<number | boolean> | tf.Tensor | undefined;
  /** Ids of the examples of a batch, along the first axis; they are counted from 0 over the whole stream unless given. */
  examples?: (input: I, batchIndex: number) => ArrayLike<number>;
}

export interface ExecutedStreamOptions<P extends string, B> extends Omit<StreamOptions<P, B>, 'edits'> {
  /**
   * Runs one batch, of any form, in another way than eagerly on the current backend: gives the values at `points` by the
   * keys of {@link pointKey}, as a compiled `(input) => capture(target, points, input).tensors` does. The events then
   * carry no slot and sourceLayer. Edits belong into what it runs.
   */
  execute: (batch: B, points: readonly P[]) => Promise<Readonly<Record<string, HostValues>>>;
}

type Batches<B> = Iterable<B> | AsyncIterable<B>;

/** What every sink under a name that the target lacks must be: nothing is. */
type Known<S, P extends string> = { readonly [K in Exclude<keyof S, P | Glob>]: never };

interface Placed<P extends string> {
  select: string;
  /** The sink of each point that the selection means. */
  sinks: Map<P, Sink<unknown>>;
  result: () => unknown;
}

function place<P extends string>(points: readonly P[], select: string, made: SinkOrMaker<P>): Placed<P> {
  const selected = selectPoints(points, select);
  const sinks = new Map(selected.map((point) => [point, typeof made === 'function' ? made(point) : made]));
  const result =
    typeof made === 'function'
      ? () => Object.fromEntries([...sinks].map(([point, sink]) => [point, sink.result()]))
      : () => made.result();
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
 * Runs a target over a data set and reduces the values at points as they come: the memory needed is that of one batch
 * and of the sinks. Batches run one after the other; an input may be freed once the next one is asked for.
 *
 * @param sinks for each name or glob a sink, or a function that makes one per matching point.
 * @returns the sinks' results by the same keys.
 * @throws as {@link runWith}; Error when a row mask or a list of ids has the wrong length.
 */
export async function stream<P extends string, B, S extends { readonly [select: string]: SinkOrMaker<NoInfer<P>> }>(
  target: Pick<Hookable<P>, 'points'>,
  sinks: S & Known<S, P>,
  batches: Batches<B>,
  options: ExecutedStreamOptions<NoInfer<P>, NoInfer<B>>,
): Promise<StreamResult<S>>;
export async function stream<P extends string, I, S extends { readonly [select: string]: SinkOrMaker<NoInfer<P>> }>(
  target: Hookable<P, I>,
  sinks: S & Known<S, P>,
  batches: Batches<NoInfer<I>>,
  options?: StreamOptions<NoInfer<P>, NoInfer<I>>,
): Promise<StreamResult<S>>;
export async function stream<P extends string, I>(
  target: Pick<Hookable<P>, 'points'>,
  sinks: { readonly [select: string]: SinkOrMaker<P> },
  batches: Batches<I>,
  options: StreamOptions<P, I> & Partial<ExecutedStreamOptions<P, I>> = {},
): Promise<Record<string, unknown>> {
  const { edits, rows, examples: examplesOf, execute } = options;
  if (execute && edits) throw new Error('Give either execute or edits: put the edits into what execute runs.');
  const placed = Object.entries(sinks).map(([select, made]) => place(target.points, select, made));
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
      const record = await execute(input, points);
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
