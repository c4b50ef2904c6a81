/** Something the user asked for that cannot be done as asked; shown as one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError';
}
