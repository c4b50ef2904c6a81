import { backend_util, type Tensor, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { WasmBackend, WasmKernel } from './wasm-backend';

/**
 * Slices of `x` along an axis, by index. The stock kernel steps through the indices of a batch by the wrong stride, so that
 * with `batchDims` it reads other indices than those given (tfjs#8658), and it leaves empty results in a shape of its own.
 */
export function gather(stock: WasmKernel): WasmKernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { x, indices } = inputs;
    const [axis] = util.parseAxisParam(attrs.axis as number, x.shape);
    const shape = backend_util.segment_util.collectGatherOpShapeInfo(
      x as Tensor,
      indices as Tensor,
      axis,
      attrs.batchDims ?? 0,
    );
    if (shape.outputShape.includes(0)) return backend.makeOutput(shape.outputShape, x.dtype);
    if (shape.batchSize === 1 || x.dtype === 'string') return stock(call);
    return gatherBatch(x, indices, shape, backend);
  };
}

function gatherBatch(
  x: TensorInfo,
  indices: TensorInfo,
  { batchSize, outerSize, dimSize, sliceSize, outputShape }: backend_util.segment_util.GatherOpShapeInfo,
  backend: WasmBackend,
): TensorInfo {
  const out = backend.makeOutput(outputShape, x.dtype);
  // Views after the allocation: it may have moved the heap.
  const gathered = backend.typedArrayFromHeap(out);
  const values = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(indices);
  const perBatch = ids.length / batchSize;
  let to = 0;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outer = 0; outer < outerSize; outer++) {
      const first = (batch * outerSize + outer) * dimSize;
      for (let i = batch * perBatch; i < (batch + 1) * perBatch; i++) {
        const id = ids[i];
        if (!(id >= 0 && id < dimSize))
          throw new Error(`GatherV2: the index value ${id} is not in [0, ${dimSize - 1}]`);
        const from = (first + id) * sliceSize;
        gathered.set(values.subarray(from, from + sliceSize), to);
        to += sliceSize;
      }
    }
  }
  return out;
}
