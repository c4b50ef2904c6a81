import { LARGEST_HALF, SMALLEST_HALF, toFloat16 } from './float16';
import { typeCode } from './graph';
import { type ElementType, fillOf, fillValue, isConstant, type Node, type Value } from './value';

/** Matrix products run in half precision: their operands take the memory, their sums the time. */
const PRODUCTS = new Set(['Gemm', 'MatMul', 'FusedMatMul', 'Einsum']);
/** Operators that only move numbers. */
const MOVEMENTS = new Set([
  ...['Concat', 'Expand', 'Gather', 'GatherElements', 'GatherND', 'Identity', 'Pad', 'Reshape', 'Slice', 'Split'],
  ...['Tile', 'Transpose'],
]);
/** Operators that lose only one rounding per element. LayerNormalization computes its statistics in float32 by itself. */
const LOCAL = new Set([
  ...['Abs', 'Add', 'Clip', 'Div', 'Elu', 'Gelu', 'LayerNormalization', 'LeakyRelu', 'Max', 'Min', 'Mul', 'Neg'],
  ...['PRelu', 'Relu', 'Sigmoid', 'Sub', 'Tanh', 'Where'],
]);

/** How a value is made: in half precision, in float32, or (a weight or a constant) in either. */
type Kind = 'half' | 'full' | 'weight' | 'constant';

const producer = ({ source }: Value): Node | undefined => (source.kind === 'node' ? source.node : undefined);

/** The number that a ConstantOfShape repeats. */
function repeated(node: Node | undefined): number | undefined {
  const value = node?.op === 'ConstantOfShape' ? node.attributes.value : undefined;
  return typeof value === 'object' && 'tensor' in value ? Number(value.tensor.data[0]) : undefined;
}

const holds = (x: number): boolean => !(Math.abs(x) > LARGEST_HALF) || Math.abs(x) === Number.POSITIVE_INFINITY;
/** A repeated number stays float32 if it would lose digits (an epsilon) or become infinite (a mask). */
const holdsExactly = (x: number): boolean => holds(x) && !(x !== 0 && Math.abs(x) < SMALLEST_HALF);

/**
 * Puts a float32 graph into mixed precision. Matrix products run in half precision, and so do the element-wise operators
 * that follow them. Sums, means, softmax, exponentials, logarithms and powers stay float32, as does every operator with a
 * float32 operand (an input of the graph, or a constant beyond half precision's range). Outputs stay float32.
 *
 * @param weights graph inputs that may be rounded like constants.
 */
export function inHalfPrecision(
  nodes: readonly Node[],
  outputs: readonly Value[],
  weights: ReadonlySet<Value>,
): { nodes: Node[]; outputs: Value[] } {
  const made: Node[] = [];
  const kinds = new Map<Value, Kind>();
  const full = new Map<Value, Value>();
  const half = new Map<Value, Value>();

  const kindOf = (value: Value): Kind => {
    let kind = kinds.get(value);
    if (kind === undefined) {
      const fill = fillOf(value) ?? repeated(producer(value));
      if (weights.has(value)) kind = 'weight';
      else if (fill !== undefined) kind = holdsExactly(fill) ? 'constant' : 'full';
      else if (value.source.kind === 'constant')
        kind = (value.source.data as Float32Array).every(holds) ? 'constant' : 'full';
      else kind = 'full';
      kinds.set(value, kind);
    }
    return kind;
  };
  const emit = (node: Node, inputs: readonly Value[], types: readonly ElementType[]): readonly Value[] => {
    const copy: Node & { outputs: Value[] } = { ...node, inputs, outputs: [] };
    node.outputs.forEach(({ shape }, i) => {
      copy.outputs.push({ type: types[i]!, shape, source: { kind: 'node', node: copy } });
    });
    made.push(copy);
    return copy.outputs;
  };
  const cast = (value: Value, to: ElementType): Value =>
    emit({ op: 'Cast', domain: '', inputs: [], outputs: [value], attributes: { to: typeCode(to) } }, [value], [to])[0]!;

  const inFull = (value: Value): Value => {
    let result = full.get(value);
    if (!result) full.set(value, (result = kindOf(value) === 'half' ? cast(half.get(value)!, 'float32') : value));
    return result;
  };
  const inHalf = (value: Value): Value => {
    let result = half.get(value);
    if (!result) half.set(value, (result = rounded(value)));
    return result;
  };
  const rounded = (value: Value): Value => {
    const { shape, source } = value;
    const fill = fillOf(value);
    if (fill !== undefined) return fillValue('float16', shape, fill);
    if (source.kind === 'constant')
      return { type: 'float16', shape, source: { ...source, data: toFloat16(source.data as Float32Array) } };
    const node = producer(value);
    const number = repeated(node);
    if (number === undefined) return cast(inFull(value), 'float16');
    const tensor = { type: 'float16' as const, data: toFloat16(Float32Array.of(number)) };
    return emit({ ...node!, attributes: { value: { tensor } } }, node!.inputs, ['float16'])[0]!;
  };

  /** The precision in which a node runs. A weight runs in float32; its output is rounded on demand. */
  const precisionOf = ({ op, inputs, outputs }: Node): Kind => {
    const operands = inputs.filter(({ type }) => type === 'float32');
    if (operands.length === 0 || outputs[0]!.type !== 'float32') return 'full';
    const found = operands.map(kindOf);
    if (PRODUCTS.has(op)) return operands.some((x, i) => isConstant(x) && found[i] === 'full') ? 'full' : 'half';
    // A square can overflow even if its root is far from the limit.
    const square = op === 'Mul' && inputs[0] === inputs[1];
    if (!(MOVEMENTS.has(op) || LOCAL.has(op)) || square || found.includes('full')) return 'full';
    return MOVEMENTS.has(op) && found.includes('weight') && !found.includes('half') ? 'weight' : 'half';
  };

  for (const node of nodes) {
    const precision = precisionOf(node);
    const operand = precision === 'half' ? inHalf : inFull;
    const inputs = node.inputs.map((input) => (input.type === 'float32' ? operand(input) : (full.get(input) ?? input)));
    const statistics = node.op === 'LayerNormalization';
    const types = node.outputs.map(({ type }, i) =>
      precision === 'half' && type === 'float32' && !(statistics && i > 0) ? 'float16' : type,
    );
    emit(node, inputs, types).forEach((value, i) => {
      const old = node.outputs[i]!;
      (value.type === 'float16' ? half : full).set(old, value);
      if (value.type === 'float16') kinds.set(old, 'half');
      else if (precision === 'weight') kinds.set(old, 'weight');
    });
  }
  return { nodes: made, outputs: outputs.map(inFull) };
}
