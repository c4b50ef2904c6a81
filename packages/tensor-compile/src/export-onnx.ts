import { platform } from '#platform';
import { type CompileOptions, checkPrecision, type Precision } from './executor';
import { checkHostTensor, type HostOf } from './host-tensor';
import { dialects } from './onnx/graph';
import { type Model, type ModelOptions, writeModel } from './onnx/model';
import { trace } from './trace/trace';
import { flattenHost, flattenTensors, rebuild, type TensorTree } from './tree';

export interface ExportOptions {
  /** `'float16'`: weights and products in half precision, as in {@link CompileOptions.precision}. Default `'float32'`. */
  precision?: Precision;
}

export interface ExportFileOptions extends ExportOptions {
  /**
   * Constants go to a second file, `<path>.data`, if together they take more than this many bytes; 0 forces it. Default: if
   * they do not fit into one ONNX file (a protobuf message of at most 2 GiB).
   */
  externalAbove?: number;
}

/**
 * Writes a function as a standalone ONNX model of standard operators (set 20), with every tensor and variable that it
 * closes over frozen into it. Inputs and outputs are named by their path in the trees (`ids`, `layers.0.hidden`); a single
 * tensor is called `input` or `output`. The shapes are those of the examples. A negative index is an error in the model's
 * runtime, as in tfjs; plain ONNX would count it from the end.
 *
 * @returns the bytes of an `.onnx` file: the same ones for the same function, examples and weights.
 * @throws if `fn` assigns a variable, uses an operation without an ONNX form here, or holds more than 2 GiB of constants.
 */
// biome-ignore lint/suspicious/noExplicitAny: inputs without a type may be any tree.
export function exportOnnx<I = any>(
  fn: (inputs: I) => TensorTree,
  examples: HostOf<I>,
  options: ExportOptions = {},
): Uint8Array {
  return modelOf(fn, examples, options).bytes;
}

/**
 * Writes the model of {@link exportOnnx} to a file (Node). Constants that do not fit go to a second file beside it (ONNX's
 * external data, each part at a multiple of 64 KiB); keep the two in one folder. The files appear under their names only
 * when both are complete; after an error nothing of them is left, and earlier files stay.
 *
 * @param path ends in `.onnx`
 * @returns the paths written: the model, then the data if there is any.
 * @throws as `exportOnnx`, but for any amount of constants; if writing fails; in a browser.
 */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export async function exportOnnxFile<I = any>(
  fn: (inputs: I) => TensorTree,
  examples: HostOf<I>,
  path: string,
  { externalAbove = Number.POSITIVE_INFINITY, ...options }: ExportFileOptions = {},
): Promise<string[]> {
  const { writeFiles } = platform;
  if (!writeFiles) throw new Error('exportOnnxFile writes files, which a browser does not have; use exportOnnx there.');
  if (!path.endsWith('.onnx'))
    throw new Error(`exportOnnxFile got the path '${path}'; expected one that ends in .onnx.`);
  if (!(externalAbove >= 0))
    throw new Error(`exportOnnxFile got externalAbove ${externalAbove}; expected a number of bytes, 0 or more.`);
  const data = `${path}.data`;
  const name = data.slice(Math.max(data.lastIndexOf('/'), data.lastIndexOf('\\')) + 1);
  const { bytes, external } = modelOf(fn, examples, { ...options, dataFile: { name, above: externalAbove } });
  const model = { path, parts: [{ offset: 0, bytes }] };
  // The data first, so that an existing model always has its data.
  const files = external.length > 0 ? [{ path: data, parts: external }, model] : [model];
  await writeFiles(files);
  return files.map((file) => file.path).reverse();
}

function modelOf(fn: (inputs: never) => TensorTree, examples: unknown, options: ModelOptions): Model {
  checkPrecision(options.precision);
  const flat = flattenHost(examples);
  flat.leaves.forEach((leaf, i) => {
    checkHostTensor(leaf, flat.paths[i]!);
  });
  const specs = flat.leaves.map(({ dtype, shape }, i) => ({ name: nameOf(flat.paths[i]!, 'input'), dtype, shape }));
  let paths: string[] = [];
  const recorded = trace(
    (inputs) => {
      const result = flattenTensors(fn(rebuild(flat.structure, inputs) as never));
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
  return writeModel(recorded.graph, recorded.inputs, outputs, options);
}

/** `inputs.layers[0].hidden` → `layers.0.hidden`. */
const nameOf = (path: string, alone: string): string =>
  path
    .replace(/^(inputs|outputs)\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\./, '') || alone;
