import { type Content, formatNumber, type Html, html } from '@interlayer/figures';
import type { Table } from '../claim/schema';

/**
 * A table whose rows become cards on a phone, each cell with the name of its column. Roles are written out, because some
 * browsers forget what a table is once it is laid out in another way.
 */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Content[])[],
  numeric: readonly boolean[] = [],
): Html {
  const kind = heads.map((_, i) => numeric[i] && html` class="n"`);
  const headRow = heads.map((head, i) => html`<th role="columnheader" scope="col"${kind[i]}>${head}</th>`);
  const bodyRows = rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0
        ? html`<th role="rowheader" scope="row">${cell}</th>`
        : html`<td role="cell" data-head="${heads[i]}"${kind[i]}>${cell}</td>`,
    );
    return html`<tr role="row">${cells}</tr>`;
  });
  return html`<table role="table" class="cards"><thead role="rowgroup"><tr role="row">${headRow}</tr></thead><tbody role="rowgroup">${bodyRows}</tbody></table>`;
}

/** A table of data: columns of numbers stand to the right. */
export const dataTable = ({ columns, rows }: Omit<Table, 'title'>): Html =>
  table(
    columns,
    rows.map((row) => row.map((value) => (typeof value === 'string' ? value : formatNumber(value)))),
    columns.map((_, i) => i > 0 && rows.some((row) => typeof row[i] === 'number')),
  );
