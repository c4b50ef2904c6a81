/**
 * Frees states once nobody holds them. A block may hand on its input itself, so holders are counted.
 * @param dispose frees one state; nothing is freed without it.
 */
export function sharedStates<State>(dispose?: (state: State) => void) {
  const holders = new Map<State, number>();
  return {
    hold(state: State): State {
      holders.set(state, (holders.get(state) ?? 0) + 1);
      return state;
    },
    release(state: State): void {
      const left = holders.get(state)! - 1;
      if (left > 0) return void holders.set(state, left);
      holders.delete(state);
      dispose?.(state);
    },
  };
}
