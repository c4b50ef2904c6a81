import type { PrefixTree } from './prefix-tree';
import { sharedStates } from './shared-states';

export interface Walk<State> {
  /** The state at the root. */
  start(): Promise<State>;
  /** The state behind a branch. */
  step(state: State, layer: number, slot: number): Promise<State>;
  /** An order ends at this state. */
  end(state: State, order: number): Promise<void>;
  dispose?(state: State): void;
}

/** Walks a tree depth first. A state is freed before its last branch is walked, and every one when something throws. */
export async function walk<State>(tree: PrefixTree, { start, step, end, dispose }: Walk<State>): Promise<void> {
  const { hold, release } = sharedStates(dispose);
  // A list instead of recursion: suspended calls would keep states alive that are no longer needed.
  const path = [{ state: hold(await start()), tree, slot: 0, next: 0 }];
  try {
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (node.next === 0) for (const order of node.tree.ends) await end(node.state, order);
      const branch = node.tree.branches[node.next++];
      const entered = branch && {
        state: hold(await step(node.state, branch.layer, node.slot)),
        tree: branch.tree,
        slot: node.slot + 1,
        next: 0,
      };
      const left = node.next < node.tree.branches.length ? undefined : path.pop();
      if (entered) path.push(entered);
      if (left) release(left.state);
    }
  } finally {
    for (const { state } of path) release(state);
  }
}
