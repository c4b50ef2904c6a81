import type { MatrixProduct } from './matrix';
import { addRowProducts } from './row-products';
import { transpose } from './transpose';

/** Rows that are transposed, or handed to an injected product, at once: bounds the memory beside the input. */
export const BLOCK_ROWS = 1024;

function addInjected(
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  p: number,
  n: number,
  q: number,
  multiply: MatrixProduct,
) {
  const product = multiply(transpose(a, n, p), b, p, n, q);
  if (product.length !== p * q) {
    throw new Error(`The injected matmul gave ${product.length} values; a ${p} × ${q} product has ${p * q}.`);
  }
  for (let i = 0; i < c.length; i++) c[i] += product[i];
}

/** c += aᵀb for blocks of n rows with p and q columns. */
export function addCrossProduct(
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  p: number,
  q: number,
  multiply?: MatrixProduct,
): void {
  if (multiply) addInjected(c, a, b, p, n, q, multiply);
  else {
    const left = { data: transpose(a, n, p), start: 0, stride: n };
    const right = { data: transpose(b, n, q), start: 0, stride: n };
    addRowProducts({ data: c, start: 0, stride: q }, left, right, p, q, n);
  }
}

/** c += aᵀa; only the lower triangle means anything until `mirror`. */
export function addGram(c: Float64Array, a: Float64Array, n: number, p: number, multiply?: MatrixProduct): void {
  if (multiply) addInjected(c, a, a, p, n, p, multiply);
  else {
    const rows = { data: transpose(a, n, p), start: 0, stride: n };
    addRowProducts({ data: c, start: 0, stride: p }, rows, rows, p, p, n, { lower: true });
  }
}

/** Copies the lower triangle of a p × p matrix onto the upper one. */
export function mirror(c: Float64Array, p: number): Float64Array {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) c[j * p + i] = c[i * p + j];
  }
  return c;
}
