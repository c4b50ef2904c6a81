/** @throws when a column that is needed is not there exactly once. `place` begins the message. */
export function requireColumns(place: string, columns: readonly string[], needed: readonly string[]): void {
  for (const name of needed) {
    const count = columns.filter((column) => column === name).length;
    if (count === 1) continue;
    const wrong = count === 0 ? `there is no column "${name}"` : `there are ${count} columns "${name}"`;
    throw new Error(`${place}: ${wrong}. The columns are: ${columns.join(', ')}.`);
  }
}
