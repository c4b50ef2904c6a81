/** A claim lacks something that it needs; the message says what, and how to get it. */
export class NotRun extends Error {
  override name = 'NotRun';
}
