import type { OnnxRuntime } from './runtime/onnxruntime';
import type { Provider, ProviderOptions } from './runtime/provider';
import type { ResidentState } from './runtime/resident-state';

export interface ExecutorOptions extends ProviderOptions {
  /** The onnxruntime module to use. Default: onnxruntime-node, or onnxruntime-web in a browser. */
  ort?: OnnxRuntime;
  /** Gets the names of the nodes that run on the CPU instead, once per graph (with `allowFallback`). Default: a warning. */
  onFallback?: (nodes: string[], graph: string) => void;
}

/** What the graphs of one executor run on. */
export interface Engine {
  ort: OnnxRuntime;
  provider: Provider;
  options: ExecutorOptions;
  /** Shared by all graphs. */
  state: ResidentState;
}
