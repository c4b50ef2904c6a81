import { expect } from 'vitest';
import type { HostTensor, HostTree } from '../src/index';
import { flattenHost } from '../src/tree';

/** Asserts equal trees of tensors, up to `bound` relative to the larger of 1 and the oracle's magnitude. */
export function expectClose(actual: HostTree, expected: HostTree, bound: number): void {
  const [a, b] = [flattenHost(actual), flattenHost(expected)];
  expect(a.paths).toEqual(b.paths);
  a.leaves.forEach((tensor, i) => {
    expectCloseTensor(tensor, b.leaves[i]!, bound, a.paths[i]!);
  });
}

export function expectCloseTensor(actual: HostTensor, expected: HostTensor, bound: number, what: string): void {
  expect([actual.dtype, actual.shape], what).toEqual([expected.dtype, expected.shape]);
  for (const [j, value] of actual.data.entries()) {
    const wanted = expected.data[j]!;
    const close =
      Object.is(value, wanted) || value === wanted || Math.abs(value - wanted) <= bound * Math.max(1, Math.abs(wanted));
    // Building a message for each element would cost more than the comparison.
    if (!close) expect.fail(`${what}, element ${j}: ${value} instead of ${wanted} (bound ${bound})`);
  }
}
