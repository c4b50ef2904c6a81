import { platform } from '#platform';
import { ARRAYS, type HostData, type HostTensor, sizeOf } from './host-tensor';
import type { SessionThread, SharedTensor } from './platform/platform';
import type { InputSpec } from './trace/trace';

interface Lane {
  thread: SessionThread;
  inputs: SharedTensor[];
  outputs: SharedTensor[];
}

const empty = ({ dtype, shape }: InputSpec): HostTensor => ({
  dtype,
  shape: [...shape],
  data: new ARRAYS[dtype](sizeOf(shape)),
});

function shared({ name, dtype, shape }: InputSpec): SharedTensor {
  const bytes = sizeOf(shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
  // TypeScript distinguishes arrays on shared memory from others.
  const memory = new SharedArrayBuffer(bytes) as unknown as ArrayBuffer;
  return { name, dtype, shape: [...shape], data: new ARRAYS[dtype](memory) };
}

/**
 * Runs the same graph over several parts of a batch at the same time: over the first in this thread, over each other one in
 * a thread of its own. All arrays are allocated once and reused.
 */
export class Lanes {
  readonly #weights: SharedTensor[];
  readonly #outputs: readonly InputSpec[];
  readonly #others: Lane[];
  readonly #explain: (error: unknown) => Error;
  /** Outputs of each part outside shared memory, which onnxruntime-node does not accept. */
  readonly #kept: HostTensor[][] = [];

  private constructor(
    weights: SharedTensor[],
    outputs: readonly InputSpec[],
    others: Lane[],
    explain: (error: unknown) => Error,
  ) {
    this.#weights = weights;
    this.#outputs = outputs;
    this.#others = others;
    this.#explain = explain;
  }

  /**
   * @param count number of lanes, including this thread
   * @param explain turns an error from a thread into one for the user
   */
  static async open(
    count: number,
    model: Uint8Array,
    options: object,
    specs: Record<'inputs' | 'weights' | 'outputs', readonly InputSpec[]>,
    explain: (error: unknown) => Error,
  ): Promise<Lanes> {
    const weights = specs.weights.map(shared);
    const open = async (): Promise<Lane> => {
      const [inputs, outputs] = [specs.inputs.map(shared), specs.outputs.map(shared)];
      const thread = await platform.startThread!(model, options, [...inputs, ...weights], outputs);
      return { thread, inputs, outputs };
    };
    const started = await Promise.allSettled(Array.from({ length: count - 1 }, open));
    const opened = started.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
    const lanes = new Lanes(weights, specs.outputs, opened, explain);
    const failed = started.find((lane) => lane.status === 'rejected');
    if (failed) {
      await lanes.close();
      throw explain(failed.reason);
    }
    return lanes;
  }

  /**
   * @param parts the inputs of each part
   * @param runFirst runs the first part in this thread, into the tensors it gets
   * @param into where to write the first outputs of each part; the rest goes into arrays that are kept here
   * @returns the outputs of all parts; their arrays change at the next run
   */
  async run(
    parts: readonly (readonly HostData[])[],
    weights: readonly HostData[],
    runFirst: (outputs: HostTensor[]) => Promise<unknown>,
    into: readonly (readonly HostTensor[])[] = [],
  ): Promise<HostTensor[][]> {
    copy(weights, this.#weights);
    const results = parts.map((_, part) =>
      this.#outputs.map((spec, i) => into[part]?.[i] ?? ((this.#kept[part] ??= [])[i] ??= empty(spec))),
    );
    const running = this.#others.map(async ({ thread, inputs }, i) => {
      copy(parts[i + 1]!, inputs);
      await thread.run().catch((error: unknown) => {
        throw this.#explain(error);
      });
    });
    // Nothing else may run before all of them have ended, even if one fails.
    const done = await Promise.allSettled([runFirst(results[0]!), ...running]);
    for (const result of done) if (result.status === 'rejected') throw result.reason;
    for (const [i, { outputs }] of this.#others.entries())
      copy(
        outputs.map(({ data }) => data),
        results[i + 1]!,
      );
    return results;
  }

  async close(): Promise<void> {
    await Promise.all(this.#others.map(({ thread }) => thread.close()));
  }
}

function copy(from: readonly HostData[], to: readonly HostTensor[]): void {
  for (const [i, { data }] of to.entries()) data.set(from[i]!);
}
