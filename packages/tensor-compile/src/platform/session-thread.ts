import { Worker } from 'node:worker_threads';
import type { SessionThread, SharedTensor } from './platform';

/** A thread with its own onnxruntime session, and tensors in shared memory. */
class NodeSessionThread implements SessionThread {
  readonly #worker: Worker;
  #waiting: { resolve(): void; reject(error: Error): void } | undefined;
  #ended: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (error?: string) => this.#settle(error === undefined ? undefined : new Error(error)));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', (code) => this.#end(new Error(`its thread exited with code ${code}`)));
  }

  run(): Promise<void> {
    this.#worker.postMessage('run');
    return this.answer();
  }

  /** Waits for the answer to the last request. Only meanwhile does the thread keep the process alive. */
  answer(): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#worker.postMessage('close');
    await this.answer().catch(() => {});
  }

  #settle(error: Error | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (error) waiting?.reject(error);
    else waiting?.resolve();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#settle(this.#ended);
  }
}

/** Starts a thread and waits for its session. */
export async function startSessionThread(
  model: Uint8Array,
  options: object,
  inputs: readonly SharedTensor[],
  outputs: readonly SharedTensor[],
): Promise<SessionThread> {
  const worker = new Worker(new URL('./session-thread-worker.js', import.meta.url), {
    workerData: { model, options, inputs, outputs },
    // The parent's flags may load what only the parent needs.
    execArgv: [],
  });
  const thread = new NodeSessionThread(worker);
  await thread.answer();
  return thread;
}
