/** A token before special tokens are added, with its place `[start, end)` in UTF-16 units of the original text. */
export interface Token {
  readonly id: number;
  /** The token as it is spelled, for an added token with the white space that belongs to it. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
