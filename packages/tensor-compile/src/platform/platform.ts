import type { HostTensor } from '../host-tensor';
import type { OnnxRuntime, OrtSession } from '../runtime/onnxruntime';
import type { ProviderName } from '../runtime/provider';

/** Finds out which nodes of a session's first run were executed on the CPU instead. */
export interface FallbackProfile {
  /** To add to the options of the session. */
  readonly sessionOptions: object;
  /** The names of those nodes, each once, with their operators. */
  finish(session: OrtSession): string[];
}

/** A file as parts at ascending offsets. */
export interface FileParts {
  path: string;
  parts: readonly { offset: number; bytes: Uint8Array }[];
}

/** A graph's input or output with its values in shared memory. */
export interface SharedTensor extends HostTensor {
  name: string;
}

/** An onnxruntime session in a thread of its own. */
export interface SessionThread {
  /** Reads the shared inputs, runs, and writes the shared outputs. One run at a time. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The differences between Node and a browser. A bundler for the browser uses `browser.ts` instead of `node.ts` (by the
 * import condition `browser` of `#platform` in package.json), so that a bundle contains none of Node's code.
 */
export interface Platform {
  /**
   * Loads the onnxruntime that has the provider.
   *
   * @throws if it does not exist here or cannot be loaded; the message says what to do.
   */
  load(provider: ProviderName): Promise<OnnxRuntime>;
  /** Threads available to this process or page. */
  threads(): number;
  /** The device of WebGPU, as far as it is known; for messages. */
  device(ort: OnnxRuntime): Promise<string>;
  /** Undefined if onnxruntime cannot run in several threads of one program. */
  startThread?(
    model: Uint8Array,
    options: object,
    inputs: readonly SharedTensor[],
    outputs: readonly SharedTensor[],
  ): Promise<SessionThread>;
  /** Undefined if there are no files. */
  writeFiles?(files: readonly FileParts[]): Promise<void>;
  /** Undefined if onnxruntime cannot report it. */
  profile?(provider: ProviderName): FallbackProfile;
}
