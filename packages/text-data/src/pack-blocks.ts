/**
 * Joins documents into one sequence, each followed by `separator`, and cuts it into blocks of `length` tokens for causal
 * language modelling. An incomplete last block is dropped.
 *
 * @returns blocks that share no memory, usable as rows for {@link createBatches}.
 */
export function packBlocks(
  documents: Iterable<ArrayLike<number>>,
  { length, separator }: { length: number; separator: number },
): { ids: Int32Array }[] {
  if (!Number.isInteger(length) || length < 1) throw new Error(`length must be a positive integer; it is ${length}.`);
  if (!Number.isInteger(separator)) throw new Error(`separator must be the id of a token; it is ${separator}.`);
  const blocks: { ids: Int32Array }[] = [];
  let block = new Int32Array(length);
  let filled = 0;
  const add = (id: number) => {
    block[filled++] = id;
    if (filled < length) return;
    blocks.push({ ids: block });
    block = new Int32Array(length);
    filled = 0;
  };
  for (const document of documents) {
    for (let i = 0; i < document.length; i++) add(document[i]!);
    add(separator);
  }
  return blocks;
}
