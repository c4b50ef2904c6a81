export {
  type BackendName,
  type CompiledBackend,
  compiledBackends,
  type EagerBackend,
  eagerBackends,
  type PassedOver,
} from './backend-names';
export { findRealGpu, type Gpu } from './find-gpu';
export {
  type InstalledKernels,
  installKernels,
  type PackKernel,
  packKernels,
  uninstallKernels,
} from './install-kernels';
export { restoreNodeUtil } from './node-shim';
export { openRuntime, type Runtime, type RuntimeDescription, type RuntimeOptions } from './open-runtime';
export { readSpeed, type SpeedReading } from './read-speed';
export { registerGradients } from './register-gradients';
export { renderDoctor } from './render-doctor';
export { type BackendReport, type DoctorReport, runDoctor } from './run-doctor';
export type { Log } from './say';
export { isSoftwareAdapter, type SoftwareGpuEnvironment, softwareGpuEnvironment } from './software-gpu';
export { type StartedBackend, type StartOptions, startBackend } from './start-backend';
