/** A token before special tokens are added, with its place `[start, end)` in UTF-16 units of the original text. */
export interface Token {
  id: number;
  token: string;
  start: number;
  end: number;
}
