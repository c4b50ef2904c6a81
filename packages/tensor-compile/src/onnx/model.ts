import type { Precision } from '../executor';
import { sizeOf } from '../host-tensor';
import { type Graph, typeCode } from './graph';
import { inHalfPrecision } from './half-precision';
import { MessageWriter } from './protobuf';
import { reachable, simplify } from './simplify';
import {
  type Attribute,
  type Elements,
  type ElementType,
  elements,
  isConstant,
  type Node,
  type Value,
  WIDTHS,
} from './value';

/** ONNX operator set 20, the first with Gelu, needs IR version 9. */
const OPERATOR_SET = 20;
const IR_VERSION = 9;
/** Protobuf's limit for one message, less some room for the nodes. */
const LARGEST = 2 ** 31 - 2 ** 20;
/** Constants of at most this many bytes stay in the model itself, as shapes and axes must. */
const SMALL = 1024;
/** Parts begin at multiples of this, so that systems can map them into memory (Windows has the largest unit). */
const ALIGNMENT = 2 ** 16;

export interface ModelInput {
  name: string;
  value: Value;
  /** May be rounded like a constant if the graph runs in half precision. */
  weight?: boolean;
}

export interface ModelOptions {
  precision?: Precision;
  /**
   * A second file for the larger constants, if all of them need more than `above` bytes. With `each`, every constant gets
   * its own file, named by its number.
   */
  dataFile?: { name: string; above: number; each?: boolean };
}

/** A constant in a data file. */
export interface ExternalData {
  /** What the model calls the file. */
  file: string;
  /** Bytes from the beginning of the file. */
  offset: number;
  bytes: Uint8Array;
}

export interface Model {
  bytes: Uint8Array;
  /** The contents of the data file, by ascending offset; or of the data files, in order. */
  external: ExternalData[];
  /** The inputs that the graph reads; it leaves out the others. */
  inputs: ModelInput[];
  /** Operator types with their number of uses. */
  operators: Map<string, number>;
}

const bytesOf = (constants: readonly Value[]): number =>
  constants.reduce((sum, { type, shape }) => sum + sizeOf(shape) * WIDTHS[type], 0);

const raw = (data: Elements): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function writeTensor(
  to: MessageWriter,
  type: ElementType,
  shape: readonly number[],
  data: Elements,
  name?: string,
  external?: Record<string, string | number>,
): void {
  for (const length of shape) to.int(1, length);
  to.int(2, typeCode(type));
  if (name !== undefined) to.string(8, name);
  if (!external) to.bytes(9, raw(data));
  else {
    for (const [key, value] of Object.entries(external))
      to.message(13, (entry) => entry.string(1, key).string(2, String(value)));
    to.int(14, 1);
  }
}

function writeAttribute(to: MessageWriter, name: string, value: Attribute): void {
  to.string(1, name);
  if (typeof value === 'number') to.int(3, value).int(20, 2);
  else if (typeof value === 'string') to.string(4, value).int(20, 3);
  else if ('float' in value) to.float(2, value.float).int(20, 1);
  else if ('tensor' in value)
    to.message(5, (t) => writeTensor(t, value.tensor.type, [value.tensor.data.length], value.tensor.data)).int(20, 4);
  else {
    for (const item of value) to.int(8, item);
    to.int(20, 7);
  }
}

function writeValueInfo(to: MessageWriter, name: string, { type, shape }: Value): void {
  to.string(1, name).message(2, (wrapper) =>
    wrapper.message(1, (tensor) =>
      tensor.int(1, typeCode(type)).message(2, (dimensions) => {
        for (const length of shape) dimensions.message(1, (dimension) => dimension.int(1, length));
      }),
    ),
  );
}

/** Only the gradient needs LayerNormalization's mean and deviation; without them it runs as one fused kernel. */
function withoutOptional(node: Node, needed: (value: Value) => boolean): readonly Value[] {
  if (node.op !== 'LayerNormalization') return node.outputs;
  return node.outputs.slice(0, node.outputs.findLastIndex(needed) + 1);
}

/**
 * Serialises a graph as an ONNX model. Each output gets its given name and must come from a node of its own (see
 * Graph.outputs); inputs that no output needs are left out.
 *
 * @throws if the constants do not fit into one protobuf message (2 GiB) and there is no data file for them.
 */
export function writeModel(
  graph: Graph,
  inputs: readonly ModelInput[],
  wanted: readonly { name: string; value: Value }[],
  { precision = 'float32', dataFile }: ModelOptions = {},
): Model {
  let simplified = simplify(
    graph.nodes,
    wanted.map(({ value }) => value),
    graph.dialect,
    precision === 'float32',
  );
  if (precision === 'float16') {
    const weights = new Set(inputs.flatMap(({ value, weight }) => (weight ? [value] : [])));
    const { nodes, outputs } = inHalfPrecision(simplified.nodes, simplified.outputs, weights);
    simplified = { nodes: reachable(nodes, outputs), outputs };
  }

  const names = new Map<Value, string>(inputs.map(({ name, value }) => [value, name]));
  for (const [i, value] of simplified.outputs.entries()) names.set(value, wanted[i]!.name);
  const constants: { name: string; value: Value }[] = [];
  let counter = 0;
  const nameOf = (value: Value): string => {
    let name = names.get(value);
    if (name === undefined) {
      name = isConstant(value) ? `c${constants.length}` : `v${counter++}`;
      if (isConstant(value)) constants.push({ name, value });
      names.set(value, name);
    }
    return name;
  };

  const read = new Set(simplified.nodes.flatMap((node) => node.inputs));
  const operators = new Map<string, number>();
  const body = new MessageWriter();
  for (const [position, node] of simplified.nodes.entries()) {
    operators.set(node.op, (operators.get(node.op) ?? 0) + 1);
    body.message(1, (to) => {
      for (const input of node.inputs) to.string(1, nameOf(input));
      for (const output of withoutOptional(node, (value) => read.has(value) || names.has(value)))
        to.string(2, nameOf(output));
      to.string(3, `${node.op}_${position}`).string(4, node.op);
      for (const [name, value] of Object.entries(node.attributes)) to.message(5, (a) => writeAttribute(a, name, value));
      if (node.domain) to.string(7, node.domain);
    });
  }
  const size = bytesOf(constants.map(({ value }) => value));
  const apart = dataFile && size + body.length > Math.min(dataFile.above, LARGEST);
  if (!apart && size + body.length > LARGEST)
    throw new Error(
      `The graph's constants take ${(size / 2 ** 30).toFixed(2)} GiB, more than one ONNX file can hold (2 GiB). List the large variables in 'state', so that they become inputs; exportOnnxFile writes them to a second file.`,
    );
  body.string(2, 'interlayer');
  const external: ExternalData[] = [];
  let end = 0;
  for (const { name, value } of constants) {
    const data = elements(value);
    if (!apart || data.byteLength <= SMALL) {
      body.message(5, (to) => writeTensor(to, value.type, value.shape, data, name));
      continue;
    }
    const offset = dataFile.each ? 0 : Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    const file = dataFile.each ? `${dataFile.name}${external.length}` : dataFile.name;
    const place = { location: file, offset, length: data.byteLength };
    body.message(5, (to) => writeTensor(to, value.type, value.shape, data, name, place));
    external.push({ file, offset, bytes: raw(data) });
    end = offset + data.byteLength;
  }
  const needed = inputs.filter(({ value }) => read.has(value));
  for (const { name, value } of needed) body.message(11, (to) => writeValueInfo(to, name, value));
  simplified.outputs.forEach((value, i) => {
    body.message(12, (to) => writeValueInfo(to, wanted[i]!.name, value));
  });

  const model = new MessageWriter().int(1, IR_VERSION).string(2, '@interlayer/tensor-compile');
  model.message(7, body);
  model.message(8, (to) => to.string(1, '').int(2, OPERATOR_SET));
  if (simplified.nodes.some((node) => node.domain !== ''))
    model.message(8, (to) => to.string(1, 'com.microsoft').int(2, 1));
  return { bytes: model.finish(), external, inputs: needed, operators };
}
