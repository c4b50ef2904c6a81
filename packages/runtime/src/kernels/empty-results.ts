import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Attributes, WasmKernel } from './wasm-backend';

/** The shape of each kernel's result. */
const shapes = {
  Transpose: ({ shape }: TensorInfo, { perm }: Attributes) => perm!.map((axis) => shape[axis]),
  Cumsum: ({ shape }: TensorInfo) => shape,
  Cumprod: ({ shape }: TensorInfo) => shape,
  ArgMax: withoutAxis,
  ArgMin: withoutAxis,
};

type EmptyResult = keyof typeof shapes;

/** The stock kernels divide by zero when they transpose an empty tensor; the result is empty too. */
export const emptyResults = Object.fromEntries(
  Object.entries(shapes).map(([name, shapeOf]) => [
    name,
    emptyResult(shapeOf, name.startsWith('Arg') ? 'int32' : undefined),
  ]),
) as Record<EmptyResult, (stock: WasmKernel) => WasmKernel>;

function emptyResult(
  shapeOf: (x: TensorInfo, attributes: Attributes) => number[],
  dtype?: DataType,
): (stock: WasmKernel) => WasmKernel {
  return (stock) => (call) => {
    const { inputs, attrs, backend } = call;
    const shape = shapeOf(inputs.x, attrs);
    return shape.includes(0) ? backend.makeOutput(shape, dtype ?? inputs.x.dtype) : stock(call);
  };
}

function withoutAxis({ shape }: TensorInfo, { axis }: Attributes): number[] {
  const [removed] = util.parseAxisParam(axis as number, shape);
  return shape.filter((_, i) => i !== removed);
}
