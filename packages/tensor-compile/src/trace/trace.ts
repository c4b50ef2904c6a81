import * as tf from '@tensorflow/tfjs-core';
import type { HostType } from '../host-tensor';
import { type Dialect, Graph } from '../onnx/graph';
import { elements, isConstant, type Value } from '../onnx/value';
import { disposingTape } from '../tape';
import { type TraceBackend, traceBackend } from './backend';
import { TRACE_BACKEND } from './backend-name';
import { type Checks, checksOf } from './checks';
import { placeOf, withLongStacks } from './place';

export interface InputSpec {
  name: string;
  dtype: HostType;
  shape: readonly number[];
}

export interface TracedState {
  variable: tf.Variable;
  input: Value;
  /** The last value that the function assigned; undefined if it only read the variable. */
  output: Value | undefined;
}

export interface Trace {
  graph: Graph;
  inputs: { name: string; value: Value }[];
  outputs: Value[];
  /** The outputs that the checks read. */
  bounds: Value[];
  checks: Checks;
  state: TracedState[];
  /** Variables outside of `state` that the function assigned or created. */
  unlisted: tf.Variable[];
}

interface Holding {
  variable: tf.Variable;
  dataId: tf.DataId;
  bound: tf.DataId;
}

/**
 * Records `body` once. It gets tensors for the inputs and returns the tensors to keep. Afterwards tfjs is in the same state
 * as before: the current backend, the number of tensors, the value of every variable. A variable made in `body` stays in the
 * current backend with its initial value.
 */
export function trace(
  body: (inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: readonly InputSpec[],
  state: readonly tf.Variable[],
  dialect: Dialect,
): Trace {
  const engine = tf.engine();
  const backend = traceBackend();
  if (backend.graph)
    throw new Error(
      'A compiled function was called during the compilation of another one; call the plain function instead.',
    );
  // Chooses the best backend if none has been chosen yet.
  if (!engine.backendName && engine.backendNames().length > 1) void engine.backend;
  const previous = engine.backendName;
  const graph = new Graph(dialect);
  const inputValues = inputs.map(({ name, dtype, shape }) => ({ name, value: graph.input(name, dtype, shape) }));
  const stateValues = state.map((variable, i) => {
    if (variable.isDisposed) throw new Error(`The variable '${variable.name}' in 'state' was disposed.`);
    return { variable, input: graph.input(`state${i}`, variable.dtype as HostType, variable.shape) };
  });

  backend.graph = graph;
  const holdings = bind(backend, new Map(stateValues.map(({ variable, input }) => [variable, input])));
  void engine.setBackend(TRACE_BACKEND);
  try {
    let outputs: Value[] = [];
    try {
      disposingTape(() =>
        withLongStacks(() =>
          tf.tidy(() => {
            const tensors = inputValues.map(({ value }) =>
              engine.makeTensorFromTensorInfo(backend.hold(value), backend),
            );
            outputs = body(tensors).map((tensor) => backend.toValue(tensor));
          }),
        ),
      );
    } catch (error) {
      throw explained(error);
    }
    const assigned = new Map<tf.Variable, Value>();
    for (const { variable, bound } of holdings)
      if (variable.dataId !== bound && !variable.isDisposed) assigned.set(variable, backend.toValue(variable));
    const listed = new Set(state);
    // A variable that was assigned its old value needs no output.
    const written = stateValues.filter(({ variable, input }) => (assigned.get(variable) ?? input) !== input);
    const checks = checksOf(
      graph,
      inputValues.map(({ value }) => value),
    );
    const bounds = checks.outputs.flatMap(({ smallest, largest }) => [smallest, largest]);
    const all = graph.outputs([...outputs, ...bounds, ...written.map(({ variable }) => assigned.get(variable)!)]);
    const returned = outputs.length + bounds.length;
    const next = new Map(written.map(({ variable }, i) => [variable, all[returned + i]]));
    return {
      graph,
      inputs: inputValues,
      outputs: all.slice(0, outputs.length),
      bounds: all.slice(outputs.length, returned),
      checks,
      state: stateValues.map((entry) => ({ ...entry, output: next.get(entry.variable) })),
      unlisted: [...[...assigned.keys()].filter((variable) => !listed.has(variable)), ...backend.created.keys()],
    };
  } finally {
    try {
      adopt(backend, previous);
    } finally {
      release(holdings);
      backend.finish();
      if (previous && previous !== TRACE_BACKEND) void engine.setBackend(previous);
    }
  }
}

/**
 * Points every variable at the recording backend, so that an assignment leaves its data alone. State variables become
 * inputs, the others constants.
 */
function bind(backend: TraceBackend, inputs: ReadonlyMap<tf.Variable, Value>): Holding[] {
  const engine = tf.engine();
  const variables = new Set([...Object.values(engine.registeredVariables), ...inputs.keys()]);
  backend.known = variables;
  const holdings: Holding[] = [];
  for (const variable of variables) {
    const { dataId } = variable;
    const input = inputs.get(variable);
    // Strings cannot be traced: reading such a variable is an error.
    if (variable.dtype === 'string' || variable.dtype === 'complex64') continue;
    const bound = backend.hold(input ?? lazy(backend, variable, dataId)).dataId;
    variable.dataId = bound;
    engine.trackTensor(variable, backend);
    holdings.push({ variable, dataId, bound });
  }
  return holdings;
}

/** A constant that is read from the variable's backend only when the graph needs it. */
function lazy(backend: TraceBackend, variable: tf.Variable, dataId: tf.DataId): Value {
  const { dtype } = variable;
  const shape = [...variable.shape];
  let value: Value | undefined;
  const read = () => (value ??= backend.toValue({ dataId, shape, dtype }));
  return {
    type: dtype as HostType,
    shape,
    get source() {
      return read().source;
    },
  };
}

function release(holdings: readonly Holding[]): void {
  const engine = tf.engine();
  for (const { variable, dataId } of holdings) {
    // A variable that was disposed during the trace has already released its recorded value.
    if (!variable.isDisposed) engine.disposeTensor(variable);
    variable.dataId = dataId;
    if (variable.isDisposed) engine.disposeTensor(variable);
  }
}

/** Moves variables made during the trace, such as an optimiser's moments, to the computing backend. */
function adopt(backend: TraceBackend, previous: string | undefined): void {
  const engine = tf.engine();
  const target = previous ? engine.findBackend(previous) : backend;
  for (const [variable, initial] of backend.created) {
    if (variable.isDisposed) continue;
    if (!isConstant(initial))
      throw new Error(
        `The variable '${variable.name}' was made inside a compiled function from values that are known only when it runs. Make it beforehand and list it in 'state'.`,
      );
    engine.disposeTensor(variable);
    variable.dataId = target.write(elements(initial) as Float32Array, variable.shape, variable.dtype);
    engine.trackTensor(variable, target);
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const kernel = /Kernel '(.*)' not registered for backend/.exec(error.message)?.[1];
  if (kernel === undefined) return error;
  return new Error(
    `The operation '${kernel}' cannot be compiled: this package has no ONNX form of it. It was called at ${placeOf(error)}.`,
    {
      cause: error,
    },
  );
}
