import { breather } from './breather';
import type { Order } from './order';
import { prefixTree } from './prefix-tree';
import { progressMeter, type SweepProgress } from './progress';
import { requireFit } from './view';
import { walk } from './walk';

/** Where a block runs, and on what. */
export interface BlockPlace<Input> {
  readonly slot: number;
  readonly sourceLayer: number;
  readonly input: Input;
}

export interface SweepOptions<Input, Layer, State, Result> {
  /** What `block` applies: weights, functions, indices. */
  layers: readonly Layer[];
  orders: readonly Order[];
  /** Batches, for example. */
  inputs: readonly Input[];
  /** The state before the first layer: the embeddings. The sweep then owns it. */
  start(input: Input): State | Promise<State>;
  /** The state after a layer. It must not change the one it gets, which other orders continue from. */
  block(state: State, layer: Layer, place: BlockPlace<Input>): State | Promise<State>;
  /** What is kept of an order's last state, which is freed afterwards: logits, a loss. */
  finish(state: State, input: Input, order: Order): Result | Promise<Result>;
  /** Frees a state: `(x) => x.dispose()` for tensors. Not needed for plain values. */
  dispose?(state: State): void;
  /** Called after each order on each input. */
  onProgress?(progress: SweepProgress): unknown;
  /** Stops the sweep before the next application of a block. */
  signal?: AbortSignal;
}

/**
 * Evaluates many orders of the same layers on the same inputs. Orders that begin alike share the applications of these
 * layers, depth first, so that few states are alive at a time ({@link sweepCost} counts both). Each result is that of its
 * order run by itself, bit for bit, since the same blocks run on the same values.
 *
 * @returns `results[order][input]`
 * @throws when there is no order or no input, an order is for another number of layers, or `start` or `block` returns
 *   nothing; what a callback throws; the signal's reason. All states are freed in each case.
 */
export async function sweep<Input, Layer, State, Result>(
  options: SweepOptions<Input, Layer, State, Result>,
): Promise<Result[][]> {
  const { layers, orders, inputs, start, block, finish, dispose, onProgress, signal } = options;
  if (orders.length === 0 || inputs.length === 0)
    throw new Error(`There are ${orders.length} orders and ${inputs.length} inputs; give at least one of each.`);
  for (const [k, order] of orders.entries()) requireFit(order, layers.length, `orders[${k}]`);
  const tree = prefixTree(orders);
  const progress = progressMeter(tree.applications * inputs.length);
  const breathe = breather();
  const results: Result[][] = orders.map(() => []);
  for (const [column, input] of inputs.entries())
    await walk<State>(tree, {
      start: async () => given(await start(input), 'start'),
      async step(state, sourceLayer, slot) {
        await breathe();
        signal?.throwIfAborted();
        const next = await block(state, layers[sourceLayer], { slot, sourceLayer, input });
        progress.count();
        return given(next, `block, for layer ${sourceLayer} in slot ${slot},`);
      },
      async end(state, row) {
        const result = await finish(state, input, orders[row]);
        if (dispose && (result as unknown) === state)
          throw new Error(
            'finish returned the state itself, which is freed afterwards; return a copy or what you need of it.',
          );
        results[row][column] = result;
        onProgress?.(progress.read());
      },
      dispose,
    });
  return results;
}

function given<State>(state: State, callback: string): State {
  if (state === undefined) throw new Error(`${callback} returned nothing; return a state.`);
  return state;
}
