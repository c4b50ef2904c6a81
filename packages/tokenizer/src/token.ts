/** A token of a text, with its position `[start, end)` in UTF-16 units of the original. */
export interface Token {
  readonly id: number;
  /** The spelling of the token, including the white space that an added token strips. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
