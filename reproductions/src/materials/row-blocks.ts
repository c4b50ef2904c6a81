import { type Matrix, matrix, rowsOf } from '@interlayer/linalg';

/** Takes rows in batches of any size, and passes them on in blocks. */
export interface RowBlocks {
  /** Rows of [layer][site], and the index of each. */
  add(layers: readonly Matrix[][], indices: readonly number[]): Promise<void>;
  /** Passes on what is left. */
  flush(): Promise<void>;
}

/** @param use gets `size` rows at a time, the last time maybe fewer; they are only its own until it returns */
export function rowBlocks(
  size: number,
  use: (layers: Matrix[][], indices: readonly number[]) => Promise<void>,
): RowBlocks {
  let block: Matrix[][] | undefined;
  let waiting: number[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    const indices = waiting;
    waiting = [];
    await use(
      block!.map((layer) => layer.map((of) => rowsOf(of, 0, indices.length))),
      indices,
    );
  };
  return {
    async add(layers, indices) {
      block ??= layers.map((layer) =>
        layer.map(({ columns }) => matrix(new Float32Array(size * columns), columns) as Matrix),
      );
      for (let from = 0; from < indices.length; ) {
        const to = Math.min(indices.length, from + size - waiting.length);
        for (const [layer, matrices] of layers.entries())
          for (const [site, of] of matrices.entries())
            block[layer]![site]!.data.set(rowsOf(of, from, to).data, waiting.length * of.columns);
        waiting.push(...indices.slice(from, to));
        from = to;
        if (waiting.length === size) await flush();
      }
    },
    flush,
  };
}
