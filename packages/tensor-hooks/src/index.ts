export { capture } from './capture';
export { checkPoints } from './check-points';
export { describe, type PointDescription } from './describe';
export { type Edit, type EditFunction, edit } from './edit';
export { SilentPointError, UnknownPointError } from './errors';
export type { At, Extent } from './extent';
export { gradientsAt, type PointGradients } from './gradients';
export { type Gram, type GramOptions, gramSink } from './gram-sink';
export { type Histogram, histogramSink } from './histogram-sink';
export { hookable } from './hookable';
export { type Intervention, type InterventionKind, intervention } from './intervention';
export { type Moments, meanSink } from './mean-sink';
export { patch } from './patch';
export { type CapturedEvent, type Run, type RunOptions, runWith, type StoppedRunOptions } from './run';
export { type Glob, listPoints, type Select, type Selector, selectPoints } from './select';
export { type MergingSink, type Pooled, pooled, type Rows, type Sink } from './sink';
export type { Slice } from './slice';
export {
  type ExecutedStreamOptions,
  type HostValues,
  type SinkChoice,
  type StreamOptions,
  type StreamResult,
  stream,
} from './stream';
export { type Hookable, type HookEvent, pointKey, type Tap, untapped, type Where } from './tap';
export { teeSink } from './tee-sink';
export { type TopKOptions, topKSink } from './top-k-sink';
