export { takeRows } from '@interlayer/linalg';

/** The values of the given rows. */
export const takeValues = (values: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => values[row]);
