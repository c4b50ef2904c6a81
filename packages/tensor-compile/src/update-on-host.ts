import type * as tf from '@tensorflow/tfjs-core';
import type { HostUpdate, StepOptimizer } from './executor';
import type { HostTensor } from './host-tensor';
import type { ResidentState } from './runtime/resident-state';
import { checkReport } from './step';

/** A loss and its gradients: what a graph writes, one for each part of a batch. */
export type PartGradients = HostTensor[];

/**
 * An optimiser's update outside the graph: variables, slots and gradients lie in arrays of the optimiser's choice, which the
 * engine reads and writes as they are.
 */
export class UpdateOnHost {
  readonly #state: ResidentState;
  readonly #variables: readonly tf.Variable[];
  readonly #slots: readonly tf.Variable[];
  readonly #update: HostUpdate;
  readonly #parts: PartGradients[];

  private constructor(
    state: ResidentState,
    variables: readonly tf.Variable[],
    slots: readonly tf.Variable[],
    update: HostUpdate,
  ) {
    this.#state = state;
    this.#variables = variables;
    this.#slots = slots;
    this.#update = update;
    this.#parts = update.gradients.map((gradients) => [
      { dtype: 'float32', shape: [], data: new Float32Array(1) },
      ...gradients.map((data, i): HostTensor => ({ dtype: 'float32', shape: [...variables[i]!.shape], data })),
    ]);
  }

  /** Undefined if the optimiser has no such update, or none for these variables. */
  static of(
    optimizer: StepOptimizer,
    variables: readonly tf.Variable[],
    parts: number,
    state: ResidentState,
  ): UpdateOnHost | undefined {
    const update = optimizer.onHost?.(variables, parts);
    return update && new UpdateOnHost(state, variables, optimizer.slots, update);
  }

  /** Moves variables and slots into the update's arrays, unless they are there. */
  async settle(): Promise<void> {
    await this.#state.admit([...this.#variables, ...this.#slots]);
    this.#variables.forEach((variable, i) => {
      this.#state.settle(variable, this.#update.variables[i]!);
    });
    this.#slots.forEach((slot, i) => {
      this.#state.settle(slot, this.#update.slots[i]!);
    });
  }

  /** Where each part's graph writes its share of the loss and the gradients. */
  get parts(): readonly PartGradients[] {
    return this.#parts;
  }

  /** The loss that the graphs wrote: the sum of the parts' shares. */
  get loss(): number {
    return this.#parts.reduce((sum, [share]) => Math.fround(sum + share!.data[0]!), 0);
  }

  /** Updates variables and slots in place; see {@link HostUpdate.apply}. */
  apply(scalars: Readonly<Record<string, number>>, checkFinite: boolean): Record<string, number> {
    const report = this.#update.apply(scalars, checkFinite);
    checkReport(report);
    return report;
  }
}
