/** @throws when there is not one token of the vocabulary, or −1, for each row. */
export function requireTokens(tokens: ArrayLike<number>, rows: number, vocabulary: number): void {
  if (tokens.length !== rows)
    throw new Error(`There are ${tokens.length} tokens for ${rows} rows; give one per row, −1 for none.`);
  for (let row = 0; row < rows; row++)
    if (!Number.isInteger(tokens[row]) || tokens[row]! < -1 || tokens[row]! >= vocabulary)
      throw new Error(
        `Token ${tokens[row]} of row ${row} is not in a vocabulary of ${vocabulary}; −1 stands for none.`,
      );
}
