/** The data of the page of attention maps, as JSON in the page. */
export interface PageData {
  tokens: string[];
  /** What a value is. */
  unit: string;
  maps: PageMap[];
  /** 256 colours each, as hexadecimal digits in one string. */
  colours: Record<'sequential' | 'diverging', string>;
}

export interface PageMap {
  scope: string;
  layer: string;
  /** Empty where maps are not split into heads. */
  head: string;
  /** The smallest and the largest value; null where there is none. */
  range: [number, number] | null;
  /** Little-endian float32, row by row, in base64. NaN stands for a value that is undefined. */
  values: string;
}
