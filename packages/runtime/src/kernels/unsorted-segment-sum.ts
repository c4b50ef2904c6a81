import type { WasmKernel } from './wasm-backend';

/**
 * out[s, …] = Σ of the slices of `x` whose segment id is s; ids outside of 0 … numSegments − 1 are ignored. The gradient of
 * gather, and the one kernel that stock wasm lacks for training.
 */
export const unsortedSegmentSum: WasmKernel = ({ inputs: { x, segmentIds }, attrs, backend }) => {
  const numSegments = attrs.numSegments!;
  const inner = x.shape.slice(segmentIds.shape.length);
  const width = inner.reduce((product, length) => product * length, 1);
  const out = backend.makeOutput([numSegments, ...inner], x.dtype);
  // Views after the allocation: it may have moved the heap.
  const sums = backend.typedArrayFromHeap(out);
  const values = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  sums.fill(0);
  for (let i = 0; i < ids.length; i++) {
    const segment = ids[i];
    if (segment < 0 || segment >= numSegments) continue;
    const from = i * width;
    const to = segment * width;
    for (let j = 0; j < width; j++) sums[to + j] += values[from + j];
  }
  return out;
};
