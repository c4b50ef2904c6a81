import { platform } from '#platform';
import { ARRAYS, type HostData, type HostTensor, sizeOf } from './host-tensor';
import type { SessionThread, SharedTensor } from './platform/platform';
import type { InputSpec } from './trace/trace';

interface Lane {
  thread: SessionThread;
  inputs: SharedTensor[];
  outputs: SharedTensor[];
  /** The outputs outside shared memory, which onnxruntime-node does not accept. */
  results: HostTensor[];
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
  readonly #first: HostTensor[];
  readonly #others: Lane[];
  readonly #explain: (error: unknown) => Error;

  private constructor(
    weights: SharedTensor[],
    first: HostTensor[],
    others: Lane[],
    explain: (error: unknown) => Error,
  ) {
    this.#weights = weights;
    this.#first = first;
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
      return { thread, inputs, outputs, results: specs.outputs.map(empty) };
    };
    const started = await Promise.allSettled(Array.from({ length: count - 1 }, open));
    const opened = started.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
    const lanes = new Lanes(weights, specs.outputs.map(empty), opened, explain);
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
   * @returns the outputs of all parts; their arrays change at the next run
   */
  async run(
    parts: readonly (readonly HostData[])[],
    weights: readonly HostData[],
    runFirst: (outputs: HostTensor[]) => Promise<unknown>,
  ): Promise<HostTensor[][]> {
    copy(weights, this.#weights);
    const running = this.#others.map(async ({ thread, inputs }, i) => {
      copy(parts[i + 1]!, inputs);
      await thread.run().catch((error: unknown) => {
        throw this.#explain(error);
      });
    });
    // Nothing else may run before all of them have ended, even if one fails.
    const done = await Promise.allSettled([runFirst(this.#first), ...running]);
    for (const result of done) if (result.status === 'rejected') throw result.reason;
    for (const { outputs, results } of this.#others)
      copy(
        outputs.map(({ data }) => data),
        results,
      );
    return [this.#first, ...this.#others.map(({ results }) => results)];
  }

  async close(): Promise<void> {
    await Promise.all(this.#others.map(({ thread }) => thread.close()));
  }
}

function copy(from: readonly HostData[], to: readonly HostTensor[]): void {
  for (const [i, { data }] of to.entries()) data.set(from[i]!);
}
