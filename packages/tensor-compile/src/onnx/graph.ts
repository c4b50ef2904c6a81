import { sizeOf } from '../host-tensor';
import type { Requirement } from './requirement';
import {
  type Attribute,
  constantFrom,
  constantValue,
  type Elements,
  type ElementType,
  elements,
  elementsOf,
  fillOf,
  fillValue,
  isConstant,
  type Node,
  type Shape,
  sameShape,
  type Value,
} from './value';

/** What the engine for the graph supports, beyond the ONNX standard. */
export interface Dialect {
  /** onnxruntime's own operators on the CPU (com.microsoft: FusedMatMul). */
  readonly fusedMatMul: boolean;
  /** Avoid operators without a kernel in onnxruntime's WebGPU provider. */
  readonly webgpu: boolean;
  /** The graph leaves this package, so nothing checks its inputs. */
  readonly standalone: boolean;
}

export const dialects = {
  cpu: { fusedMatMul: true, webgpu: false, standalone: false },
  webgpu: { fusedMatMul: false, webgpu: true, standalone: false },
  /** Standard operators only: for export. */
  standard: { fusedMatMul: false, webgpu: false, standalone: true },
} as const satisfies Record<string, Dialect>;

interface Emit {
  type: ElementType;
  shape: Shape;
}

const CODES: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 };
/** Constants of more bytes are compared only by identity. */
const DEDUPLICATE_BYTES = 1 << 20;

const bytesOf = (data: Elements): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * A graph under construction. Equal nodes and equal constants exist only once: every operator is a pure function.
 */
export class Graph {
  readonly nodes: Node[] = [];
  /** What must hold when the graph runs, for the caller to check. */
  readonly requirements: Requirement[] = [];
  readonly dialect: Dialect;
  readonly #ids = new Map<Value, number>();
  readonly #known = new Map<string, Node>();
  readonly #constants = new Map<string, Value[]>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  input(name: string, type: ElementType, shape: Shape): Value {
    return { type, shape, source: { kind: 'input', name } };
  }

  /** An operator with several outputs. */
  emit(
    op: string,
    inputs: readonly Value[],
    outputs: readonly Emit[],
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): Value[] {
    // Some operators crash the process if there is nothing to compute (TopK of no rows, 1.30).
    if (outputs.every(({ shape }) => shape.includes(0)))
      return outputs.map(({ type, shape }) => fillValue(type, shape, 0));
    const operands = inputs.map((value) => this.#canonical(value));
    const key = `${domain}:${op}(${operands.map((value) => this.#id(value))})${outputs.length}${JSON.stringify(attributes, (_, x) => (typeof x === 'bigint' ? String(x) : x))}`;
    const known = this.#known.get(key);
    if (known) return [...known.outputs];
    const node: Node & { outputs: Value[] } = { op, domain, inputs: operands, outputs: [], attributes };
    for (const { type, shape } of outputs) node.outputs.push({ type, shape, source: { kind: 'node', node } });
    this.nodes.push(node);
    this.#known.set(key, node);
    return [...node.outputs];
  }

  /** An operator with one output. */
  op(
    op: string,
    inputs: readonly Value[],
    type: ElementType,
    shape: Shape,
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): Value {
    return this.emit(op, inputs, [{ type, shape }], attributes, domain)[0]!;
  }

  /** The values as outputs. In ONNX each output must come from a node, and no two may be the same. */
  outputs(values: readonly Value[]): Value[] {
    const taken = new Set<Value>();
    return values.map((value) => {
      const output = value.source.kind === 'node' && !taken.has(value) ? value : this.#copy(value);
      taken.add(output);
      return output;
    });
  }

  #copy(value: Value): Value {
    const operand = this.#canonical(value);
    // WebGPU cannot copy bools.
    const op = this.dialect.webgpu && value.type === 'bool' ? 'Not' : 'Identity';
    const input = op === 'Not' ? this.op('Not', [operand], 'bool', value.shape) : operand;
    const node: Node & { outputs: Value[] } = { op, domain: '', inputs: [input], outputs: [], attributes: {} };
    node.outputs.push({ type: value.type, shape: value.shape, source: { kind: 'node', node } });
    this.nodes.push(node);
    return node.outputs[0]!;
  }

  /** A rank-1 int64 constant: shapes, axes, starts. */
  ints(values: readonly number[]): Value {
    return constantFrom('int64', [values.length], values);
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return fillValue(type, [], value);
  }

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const fill = fillOf(x);
    if (fill !== undefined) return fillValue(x.type, shape, fill);
    if (x.source.kind === 'constant') return { type: x.type, shape, source: x.source };
    if (x.source.kind === 'node' && x.source.node.op === 'Reshape')
      return this.reshape(x.source.node.inputs[0]!, shape);
    return this.op('Reshape', [x, this.ints(shape)], x.type, shape);
  }

  transpose(x: Value, order: readonly number[]): Value {
    if (order.every((axis, i) => axis === i)) return x;
    const shape = order.map((axis) => x.shape[axis]!);
    const fill = fillOf(x);
    if (fill !== undefined) return fillValue(x.type, shape, fill);
    // Moving axes of length 1 moves no data.
    const kept = order.filter((axis) => x.shape[axis] !== 1);
    if (kept.every((axis, i) => i === 0 || axis > kept[i - 1]!)) return this.reshape(x, shape);
    if (x.source.kind === 'node' && x.source.node.op === 'Transpose') {
      const inner = x.source.node.attributes.perm as readonly number[];
      return this.transpose(
        x.source.node.inputs[0]!,
        order.map((axis) => inner[axis]!),
      );
    }
    return this.op('Transpose', [x], x.type, shape, { perm: order });
  }

  cast(x: Value, type: ElementType): Value {
    if (x.type === type) return x;
    const fill = fillOf(x);
    const convert = (value: number) =>
      type === 'bool' ? Number(value !== 0) : type === 'float32' ? value : Math.trunc(value);
    if (fill !== undefined) return fillValue(type, x.shape, convert(fill));
    if (x.source.kind === 'constant')
      return constantValue(
        type,
        x.shape,
        elementsOf(
          type,
          Array.from(x.source.data as ArrayLike<unknown>, (v) => convert(Number(v))),
        ),
      );
    return this.op('Cast', [x], type, x.shape, { to: CODES[type] });
  }

  /** Positions as int32; read from a table if the engine cannot cast from int64. */
  positions(x: Value, count: number): Value {
    if (!this.dialect.webgpu) return this.cast(x, 'int32');
    const table = constantFrom('int32', [count], [...Array(count).keys()]);
    return this.op('Gather', [table, x], 'int32', x.shape, { axis: 0 });
  }

  /** Repeats along axes of length 1. */
  expand(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const fill = fillOf(x);
    if (fill !== undefined) return fillValue(x.type, shape, fill);
    return this.op('Expand', [x, this.ints(shape)], x.type, shape);
  }

  /** The value that was repeated to give `x`, or `x`. */
  unexpanded(x: Value): Value {
    if (x.source.kind === 'node' && x.source.node.op === 'Expand') return this.unexpanded(x.source.node.inputs[0]!);
    return fillOf(x) === undefined || sizeOf(x.shape) === 1 ? x : fillValue(x.type, [], fillOf(x)!);
  }

  #id(value: Value): number {
    let id = this.#ids.get(value);
    if (id === undefined) this.#ids.set(value, (id = this.#ids.size));
    return id;
  }

  /** One value for equal constants; large fills become nodes that create them when the graph runs. */
  #canonical(value: Value): Value {
    if (!isConstant(value)) return value;
    const fill = fillOf(value);
    if (fill !== undefined && sizeOf(value.shape) > 64) {
      const tensor = { type: value.type, data: elementsOf(value.type, [fill]) };
      return this.op('ConstantOfShape', [this.ints(value.shape)], value.type, value.shape, { value: { tensor } });
    }
    const data = elements(value);
    if (data.byteLength > DEDUPLICATE_BYTES) {
      const key = `${value.type}[${value.shape}]`;
      return this.#once(key, value, (known) => known.source.kind === 'constant' && known.source.data === data);
    }
    const bytes = bytesOf(data);
    return this.#once(`${value.type}[${value.shape}]`, value, (known) => {
      const other = bytesOf(elements(known));
      return bytes.every((byte, i) => byte === other[i]);
    });
  }

  #once(key: string, value: Value, equal: (known: Value) => boolean): Value {
    const bucket = this.#constants.get(key);
    if (!bucket) this.#constants.set(key, [value]);
    else {
      const known = bucket.find(equal);
      if (known) return known;
      bucket.push(value);
    }
    return value;
  }
}

export const typeCode = (type: ElementType): number => CODES[type];
