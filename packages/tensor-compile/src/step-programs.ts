import type * as tf from '@tensorflow/tfjs-core';
import type { CompileStepOptions, StepOptimizer, StepReport } from './executor';
import type { HostTensor } from './host-tensor';
import type { Prepared, ProgramCache } from './program-cache';
import type { Assigned, Programs } from './programs';
import { checkStep, gradientsOf, isTfOptimizer, orderedScalars, requireFinite, scalarNamesOf, slotsOf } from './step';
import { rebuild, type Structure, type TensorTree } from './tree';
import { UpdateOnHost } from './update-on-host';

type Optimizer = StepOptimizer | tf.Optimizer;

/** The graphs of one training step, and how a step is taken with them. */
export class StepPrograms {
  readonly name: string;
  readonly #programs: Programs;
  readonly #optimizer: Optimizer;
  readonly #variables: readonly tf.Variable[];
  readonly #state: readonly tf.Variable[];
  readonly #cacheSize: number;
  readonly #checkFinite: boolean;
  readonly #scalarNames: readonly string[];
  readonly #caches: ProgramCache[] = [];
  readonly #updatesOnHost = new Map<number, UpdateOnHost | undefined>();
  #steps = 0;

  constructor(
    programs: Programs,
    name: string,
    optimizer: Optimizer,
    variables: readonly tf.Variable[],
    { state = [], cacheSize = 8, checkFinite = true, precision = 'float32' }: CompileStepOptions,
  ) {
    checkStep(optimizer, variables, precision);
    this.name = name;
    this.#programs = programs;
    this.#optimizer = optimizer;
    this.#variables = variables;
    this.#state = state;
    this.#cacheSize = cacheSize;
    this.#checkFinite = checkFinite;
    this.#scalarNames = scalarNamesOf(optimizer);
  }

  /** Graphs that update the variables: from the numbers of a step, and from inputs, to the step's report. */
  updating(
    body: (inputs: tf.Tensor[], structure: Structure, scalars: Record<string, tf.Scalar>) => TensorTree,
  ): ProgramCache {
    const optimizer = this.#optimizer;
    return this.#keep(
      this.#programs.cache({
        name: this.name,
        body: (inputs, structure) => {
          const count = this.#scalarNames.length;
          const scalars = Object.fromEntries(this.#scalarNames.map((name, i) => [name, inputs[i] as tf.Scalar]));
          return body(inputs.slice(count), structure, scalars);
        },
        state: [...new Set([...this.#variables, ...this.#state, ...slotsOf(optimizer)])],
        discovers: isTfOptimizer(optimizer),
        cacheSize: this.#cacheSize,
        precision: 'float32',
        // Tracing does not count as an iteration of the optimiser.
        traced: (run) => (isTfOptimizer(optimizer) ? keepingIterations(optimizer, run) : run()),
      }),
    );
  }

  /** Graphs of a loss and its gradients. */
  gradients(loss: (inputs: tf.Tensor[], structure: Structure) => tf.Scalar, lanes?: number): ProgramCache {
    const body = (inputs: tf.Tensor[], structure: Structure) => {
      const before = this.#variables.map(({ dataId }) => dataId);
      const { value, gradients } = gradientsOf(() => loss(inputs, structure), this.#variables);
      const assigned = this.#variables.find(({ dataId }, i) => dataId !== before[i]);
      if (assigned)
        throw new Error(
          `The loss of '${this.name}' assigns the variable '${assigned.name}', which the step itself updates.`,
        );
      return [value, ...gradients];
    };
    const state = [...new Set([...this.#variables, ...this.#state])];
    const [name, cacheSize] = [this.name, this.#cacheSize];
    return this.#keep(
      this.#programs.cache({ name, body, state, discovers: false, cacheSize, precision: 'float32', lanes }),
    );
  }

  /** The update of an optimiser that has one for arrays of the host, where variables live there. */
  updateOnHost(parts: number): UpdateOnHost | undefined {
    const { provider, state } = this.#programs.engine;
    const optimizer = this.#optimizer;
    if (!provider.writesInPlace || isTfOptimizer(optimizer)) return undefined;
    if (!this.#updatesOnHost.has(parts))
      this.#updatesOnHost.set(parts, UpdateOnHost.of(optimizer, this.#variables, parts, state));
    return this.#updatesOnHost.get(parts);
  }

  /** The numbers of a step, in the optimiser's order. */
  scalars(numbers: Record<string, number> | undefined): HostTensor[] {
    return orderedScalars(this.#scalarNames, numbers).map(scalarTensor);
  }

  /** Takes one step: runs a graph that updates, and keeps what it assigned unless a number of its report is not finite. */
  async take({ program, leaves }: Prepared): Promise<StepReport> {
    const { tensors, commit, discard } = await this.#programs.run(this.name, program, leaves);
    this.#steps++;
    const report = rebuild(
      program.structure,
      tensors.map(({ data }) => data[0]!),
    ) as StepReport;
    if (this.#checkFinite) requireFinite(report, this.name, this.#steps, discard);
    commit();
    const optimizer = this.#optimizer;
    if (isTfOptimizer(optimizer)) setIterations(optimizer, optimizer.iterations + 1);
    return report;
  }

  /** Takes one step: computes the gradients, and updates on the host unless a number of the report is not finite. */
  async takeOnHost(
    update: UpdateOnHost,
    numbers: Record<string, number> | undefined,
    computeGradients: () => Promise<Assigned>,
  ): Promise<StepReport> {
    const ordered = orderedScalars(this.#scalarNames, numbers);
    await update.settle();
    const assigned = await computeGradients();
    this.#steps++;
    const { loss } = update;
    const finite = !this.#checkFinite || Number.isFinite(loss);
    const scalars = Object.fromEntries(this.#scalarNames.map((name, i) => [name, ordered[i]!]));
    const report: StepReport = { loss, ...(finite && update.apply(scalars, this.#checkFinite)) };
    if (this.#checkFinite) requireFinite(report, this.name, this.#steps, assigned.discard);
    assigned.commit();
    return report;
  }

  async dispose(): Promise<void> {
    for (const cache of this.#caches) await this.#programs.release(cache);
  }

  #keep(cache: ProgramCache): ProgramCache {
    this.#caches.push(cache);
    return cache;
  }
}

export const scalarTensor = (value: number): HostTensor => ({
  dtype: 'float32',
  shape: [],
  data: Float32Array.of(value),
});

/** tf.Optimizer counts its steps in a private field. */
const setIterations = (optimizer: tf.Optimizer, value: number): void => {
  (optimizer as unknown as { iterations_: number }).iterations_ = value;
};

function keepingIterations<T>(optimizer: tf.Optimizer, run: () => T): T {
  const { iterations } = optimizer;
  try {
    return run();
  } finally {
    setIterations(optimizer, iterations);
  }
}
