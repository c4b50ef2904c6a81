import {
  type BackendValues,
  type DataId,
  type DataType,
  engine,
  KernelBackend,
  registerKernel,
  type TensorInfo,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type HostType, hostData } from '../host-tensor';
import type { Graph } from '../onnx/graph';
import { constantValue, type ElementType, elements, elementsOf, isConstant, type Value } from '../onnx/value';
import { TRACE_BACKEND } from './backend-name';
import { kernels } from './kernels';
import { placeOf } from './place';

interface Entry {
  value: Value;
  references: number;
}

const TYPES: readonly string[] = ['float32', 'int32', 'bool'] satisfies HostType[];

/**
 * The tfjs backend whose kernels append nodes to a graph. It never moves data away from another backend: tensors there are
 * read and become constants.
 */
export class TraceBackend extends KernelBackend {
  /** The graph being recorded; undefined between traces. */
  graph: Graph | undefined;
  /** Variables created during the trace, with their initial values. */
  readonly created = new Map<Variable, Value>();
  /** Variables that existed before the trace. */
  known: ReadonlySet<Variable> = new Set();
  readonly #entries = new Map<DataId, Entry>();
  readonly #foreign = new Map<DataId, Value>();

  /** Makes a tensor of a value of the graph. */
  hold(value: Value): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.type as DataType };
  }

  /** The value behind a tensor, whichever backend owns it. */
  toValue({ dataId, shape, dtype }: TensorInfo): Value {
    if (!TYPES.includes(dtype))
      throw new Error(
        `A tensor of type '${dtype}' cannot be part of a compiled graph; use 'float32', 'int32' or 'bool'.`,
      );
    const own = this.#entries.get(dataId)?.value;
    if (own) {
      // A tensor may view another tensor's data with another shape.
      return this.graph && own.shape.join() !== shape.join() ? this.graph.reshape(own, shape) : own;
    }
    let value = this.#foreign.get(dataId);
    if (!value) {
      // No copy is needed: tfjs never changes a tensor's array, and the graph is released before the tensor can be.
      const data = hostData(dtype as HostType, engine().readSync(dataId) as Float32Array);
      value = constantValue(dtype as ElementType, shape, data);
      this.#foreign.set(dataId, value);
    }
    return value.shape.join() === shape.join() ? value : { ...value, shape };
  }

  finish(): void {
    this.graph = undefined;
    this.created.clear();
    this.known = new Set();
    this.#foreign.clear();
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    if (!TYPES.includes(dtype))
      throw new Error(
        `A tensor of type '${dtype}' cannot be part of a compiled graph; use 'float32', 'int32' or 'bool'.`,
      );
    return this.hold(constantValue(dtype as ElementType, shape, elementsCopy(dtype as ElementType, values))).dataId;
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, references: number): void {
    const value = constantValue(dtype as ElementType, shape, elementsOf(dtype as ElementType, values as Float32Array));
    this.#entries.set(dataId, { value, references });
  }

  override readSync(dataId: DataId): BackendValues {
    const entry = this.#entries.get(dataId);
    if (!entry) throw new Error('This tensor was disposed.');
    if (!isConstant(entry.value))
      throw new Error(
        `The values of a tensor were read during compilation, at ${placeOf(new Error())}. They are known only when the graph runs: return the tensor as an output instead.`,
      );
    return elements(entry.value) as Float32Array;
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.references++;
    else engine().state.tensorInfo.get(dataId)?.backend.incRef(dataId);
    this.#notice(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (!entry) return true;
    if (--entry.references > 0 && !force) return false;
    this.#entries.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#entries.clear();
  }

  /** The engine takes one reference to a new variable's initial value; only at that moment is the value still known. */
  #notice(dataId: DataId): void {
    if (!this.graph) return;
    const variables = Object.values(engine().registeredVariables);
    // New ones are registered last.
    for (let i = variables.length - 1; i >= 0; i--) {
      const variable = variables[i]!;
      if (this.known.has(variable)) return;
      if (variable.dataId === dataId && !this.created.has(variable)) this.created.set(variable, this.toValue(variable));
    }
  }
}

/** A copy in the type's own array: tfjs may pass plain arrays, and arrays that it changes later. */
const elementsCopy = (type: ElementType, values: BackendValues) => elementsOf(type, values as Float32Array);

let instance: TraceBackend | undefined;

/** The recording backend, registered with tfjs at the first use. */
export function traceBackend(): TraceBackend {
  const found = engine().findBackend(TRACE_BACKEND);
  if (found instanceof TraceBackend) return found;
  instance = new TraceBackend();
  const backend = instance;
  // A negative priority: tfjs never chooses it by itself.
  engine().registerBackend(TRACE_BACKEND, () => backend, -1);
  for (const [kernelName, kernel] of Object.entries(kernels))
    registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        const { graph } = backend;
        if (!graph)
          throw new Error(
            `The tfjs backend '${TRACE_BACKEND}' only records functions that are being compiled; choose another with tf.setBackend().`,
          );
        const operands: Record<string, Value> = {};
        for (const name of Object.keys(inputs))
          if (inputs[name] != null) operands[name] = backend.toValue(inputs[name]!);
        const result = kernel(graph, operands, attrs ?? {});
        return Array.isArray(result) ? result.map((value) => backend.hold(value)) : backend.hold(result);
      },
    });
  engine().findBackend(TRACE_BACKEND);
  return backend;
}
