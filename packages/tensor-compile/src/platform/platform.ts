import type { HostTensor } from '../host-tensor';
import type { OnnxRuntime, OrtSession } from '../runtime/onnxruntime';
import type { ProviderName } from '../runtime/provider';

/** Finds out which nodes of a session's first run were left to the CPU. */
export interface FallbackProfile {
  /** To be added to the options that the session is created with. */
  readonly sessionOptions: object;
  /** The names of those nodes, each once, with their operators. */
  finish(session: OrtSession): string[];
}

/** A file as parts at ascending offsets. */
export interface FileParts {
  path: string;
  parts: readonly { offset: number; bytes: Uint8Array }[];
}

/** A graph's input or output whose values lie in shared memory. */
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
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /**
   * Loads the onnxruntime that has the provider.
   *
   * @throws if there is none here, or if it cannot be loaded; the message says what to do.
   */
  load(provider: ProviderName): Promise<OnnxRuntime>;
  /** Threads that the machine offers this process or page. */
  threads(): number;
  /** What WebGPU runs on, for messages: as far as it can be told. */
  device(ort: OnnxRuntime): Promise<string>;
  /** Undefined where onnxruntime cannot run in several threads of one program. */
  startThread?(
    model: Uint8Array,
    options: object,
    inputs: readonly SharedTensor[],
    outputs: readonly SharedTensor[],
  ): Promise<SessionThread>;
  /** Undefined where there are no files. */
  writeFiles?(files: readonly FileParts[]): Promise<void>;
  /** Undefined where onnxruntime cannot tell. */
  profile?(provider: ProviderName): FallbackProfile;
}
