export { type CompiledMatmul, compileMatmul } from './compile-matmul';
export {
  type CompiledReadout,
  type CompileReadoutOptions,
  compileReadout,
  type LogitTensorQuestion,
  type ReducedLogitTensors,
  reduceLogits,
} from './compile-readout';
export { eagerExecutor } from './eager-executor';
export type { ExecutorOptions } from './engine';
export type {
  Compiled,
  CompiledStep,
  CompileOptions,
  CompileStepOptions,
  Executor,
  HostUpdate,
  ParallelStep,
  Precision,
  StepOptimizer,
  StepReport,
  Substitutes,
} from './executor';
export { type ExportFileOptions, type ExportOptions, exportOnnx, exportOnnxFile } from './export-onnx';
export {
  dataOf,
  fromTensor,
  type HostData,
  type HostOf,
  type HostTensor,
  type HostTree,
  type HostType,
  type HostValues,
  hostTensor,
  toTensor,
} from './host-tensor';
export { createExecutor } from './onnx-executor';
export { dropout } from './ops/dropout';
export { type GeluForm, gelu } from './ops/gelu';
export { layerNorm } from './ops/layer-norm';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy';
export { requireGradients } from './require-gradients';
export type { OnnxRuntime, OrtSession, OrtTensor } from './runtime/onnxruntime';
export type { ProviderName, ProviderOptions } from './runtime/provider';
export type { TensorTree } from './tree';
