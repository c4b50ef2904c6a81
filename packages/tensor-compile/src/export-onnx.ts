import { checkHostTensor, type HostTree } from './host-tensor';
import { dialects } from './onnx/graph';
import { writeModel } from './onnx/model';
import { trace } from './trace/trace';
import { flattenHost, flattenTensors, rebuild, type TensorTree } from './tree';

/**
 * Writes a function as a standalone ONNX model of standard operators (set 20), with every tensor and variable that it
 * closes over frozen into it. Inputs and outputs are named by their place in the trees (`ids`, `layers.0.hidden`); a lone
 * tensor is called `input` or `output`. The shapes are those of the examples.
 *
 * @returns the bytes of an `.onnx` file; the same for the same function, examples and weights.
 * @throws if `fn` assigns a variable, uses an operation that has no ONNX form here, or holds more than 2 GiB of constants.
 */
export function exportOnnx(
  // biome-ignore lint/suspicious/noExplicitAny: the tensors mirror the examples.
  fn: (inputs: any) => TensorTree,
  examples: HostTree,
): Uint8Array {
  const flat = flattenHost(examples);
  flat.leaves.forEach((leaf, i) => {
    checkHostTensor(leaf, flat.paths[i]!);
  });
  const specs = flat.leaves.map(({ dtype, shape }, i) => ({ name: nameOf(flat.paths[i]!, 'input'), dtype, shape }));
  let paths: string[] = [];
  const recorded = trace(
    (inputs) => {
      const result = flattenTensors(fn(rebuild(flat.structure, inputs)));
      paths = result.paths;
      return result.leaves;
    },
    specs,
    [],
    dialects.standard,
  );
  if (recorded.unlisted.length > 0)
    throw new Error(
      `exportOnnx: the function assigned the variable '${recorded.unlisted[0]!.name}'; an exported model has no state.`,
    );
  const names = new Set(specs.map(({ name }) => name));
  const outputs = recorded.outputs.map((value, i) => {
    const name = nameOf(paths[i]!, 'output');
    return { name: names.has(name) ? `${name}.output` : name, value };
  });
  return writeModel(recorded.graph, recorded.inputs, outputs).bytes;
}

/** `inputs.layers[0].hidden` → `layers.0.hidden`. */
const nameOf = (path: string, alone: string): string =>
  path
    .replace(/^(inputs|outputs)\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\./, '') || alone;
