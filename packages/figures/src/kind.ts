import type { Html } from './markup';

/** The numbers behind a figure. `null` stands for a number that is undefined. */
export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
}

/** What every figure has. */
export interface Described {
  title: string;
  /** The unit of what is shown: `%`, `nats`, `share of tokens`. */
  unit: string;
  /** A remark for below the figure. */
  note?: string;
}

/** A drawing of its own size, in pixels. */
export interface Drawing {
  width: number;
  height: number;
  body: Html;
}

/** One box of a figure, with what a screen reader calls it. */
export interface Panel extends Drawing {
  label: string;
  /** Its heading, where a figure has several panels. */
  name?: string;
}

/** One entry of a legend: what a mark or a colour stands for. */
export interface Key extends Drawing {
  name: string;
}

/** How one kind of figure is checked, drawn and tabulated. Equal data gives equal bytes. */
export interface Kind<F> {
  /** @throws Error naming the value that cannot be drawn. */
  check(figure: F): void;
  /** The panels of one figure, or of several on the same scales, each at most `width` pixels wide. */
  panels(figures: readonly F[], width: number): Panel[];
  keys(figures: readonly F[]): Key[];
  table(figure: F): Table;
  /** One sentence for those who do not see the figure. */
  describe(figure: F): string;
  /** The name of the axis below all panels. */
  axis?(figure: F): string;
}
