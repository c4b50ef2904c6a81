import { sizeOf } from '../host-tensor';
import type { Dialect } from './graph';
import { constantFrom, elements, fillOf, fillValue, type Node, type Shape, sameShape, type Value } from './value';

/** The nodes that lead to `outputs`, in their order. */
export function reachable(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const wanted = new Set<Value>(outputs);
  const kept: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return kept.reverse();
}

interface Usage {
  /** Readers of a value, one entry for each operand; undefined stands for an output of the graph. */
  readers(value: Value): readonly (Node | undefined)[];
}

/** Appends a node of one float32 output. */
type Emit = (node: Omit<Node, 'outputs'>, shape: Shape) => Value;
/**
 * Returns a replacement for a node, or undefined. The replacement refers to values of the old graph; nodes without readers
 * are dropped afterwards.
 */
type Rule = (node: Node, usage: Usage, dialect: Dialect) => ((emit: Emit) => Value) | undefined;

const intsOf = (values: Shape): Value => constantFrom('int64', [values.length], values);

const producer = (value: Value): Node | undefined => (value.source.kind === 'node' ? value.source.node : undefined);

function rewrite(nodes: readonly Node[], outputs: readonly Value[], rule: Rule, dialect: Dialect) {
  const live = reachable(nodes, outputs);
  const readers = new Map<Value, (Node | undefined)[]>();
  const note = (value: Value, reader: Node | undefined) => {
    const known = readers.get(value);
    if (known) known.push(reader);
    else readers.set(value, [reader]);
  };
  for (const node of live) for (const input of node.inputs) note(input, node);
  for (const output of outputs) note(output, undefined);
  const usage: Usage = { readers: (value) => readers.get(value) ?? [] };

  const replaced = new Map<Value, Value>();
  const current = (value: Value): Value => replaced.get(value) ?? value;
  const result: Node[] = [];
  const append = (node: Node, inputs: readonly Value[]): Node & { outputs: Value[] } => {
    const made = { ...node, inputs, outputs: [] };
    result.push(made);
    return made;
  };
  const emit: Emit = (node, shape) => {
    const made = append({ ...node, outputs: [] }, node.inputs.map(current));
    made.outputs.push({ type: 'float32', shape, source: { kind: 'node', node: made } });
    return made.outputs[0]!;
  };
  for (const node of live) {
    const replacement = rule(node, usage, dialect);
    if (replacement) replaced.set(node.outputs[0]!, replacement(emit));
    else if (node.inputs.some((input) => replaced.has(input))) {
      const made = append(node, node.inputs.map(current));
      for (const output of node.outputs) {
        const copy: Value = { type: output.type, shape: output.shape, source: { kind: 'node', node: made } };
        made.outputs.push(copy);
        replaced.set(output, copy);
      }
    } else result.push(node);
  }
  return { nodes: result, outputs: outputs.map(current) };
}

const isProduct = (node: Node | undefined): node is Node =>
  node?.op === 'Gemm' || node?.op === 'MatMul' || node?.op === 'FusedMatMul';

/** Whether a product can carry a factor. */
const takesFactor = (node: Node | undefined, dialect: Dialect): node is Node =>
  isProduct(node) && (node.op !== 'MatMul' || dialect.fusedMatMul);

/** `value` as one number times another value. */
function scaled(value: Value): { value: Value; factor: number } | undefined {
  const node = producer(value);
  if (node?.op !== 'Mul' || value.type !== 'float32') return undefined;
  for (const [x, scale] of [node.inputs, [...node.inputs].reverse()] as Value[][]) {
    const factor = fillOf(scale!);
    // A product with the factor 0 may skip its operands, and a NaN among them.
    if (factor !== undefined && factor !== 0 && sameShape(x!.shape, value.shape)) return { value: x!, factor };
  }
  return undefined;
}

function withFactor(product: Node, inputs: readonly Value[], factor: number): Omit<Node, 'outputs'> {
  const { alpha } = product.attributes;
  const before = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
  const attributes = { ...product.attributes, alpha: { float: before * factor } };
  if (product.op !== 'MatMul') return { op: product.op, domain: product.domain, inputs, attributes };
  return { op: 'FusedMatMul', domain: 'com.microsoft', inputs, attributes: { transA: 0, transB: 0, ...attributes } };
}

/** A product's operand times a number, if every reader of the scaled operand is a product: saves one pass over it. */
const scaledOperands: Rule = (node, usage, dialect) => {
  if (!takesFactor(node, dialect)) return undefined;
  let factor = 1;
  const inputs = node.inputs.map((input, i) => {
    const found = i < 2 ? scaled(input) : undefined;
    const asOperand = (reader: Node | undefined) => takesFactor(reader, dialect) && reader.inputs.indexOf(input, 2) < 0;
    if (!found || !usage.readers(input).every(asOperand)) return input;
    factor *= found.factor;
    return found.value;
  });
  return factor === 1 ? undefined : (emit) => emit(withFactor(node, inputs, factor), node.outputs[0]!.shape);
};

/** A product times a number. */
const scaledProducts: Rule = (node, usage, dialect) => {
  const found = node.op === 'Mul' ? scaled(node.outputs[0]!) : undefined;
  const product = found && producer(found.value);
  if (!takesFactor(product, dialect) || product.inputs.length !== 2) return undefined;
  if (usage.readers(found!.value).length !== 1) return undefined;
  return (emit) => emit(withFactor(product, product.inputs, found!.factor), node.outputs[0]!.shape);
};

/** `a + scatter(0, i, u)` scatters into `a`: the gradient of an embedding that is also the output layer. */
const scatteredSums: Rule = (node, usage) => {
  if (node.op !== 'Add') return undefined;
  const { shape } = node.outputs[0]!;
  for (const [sum, other] of [node.inputs, [...node.inputs].reverse()] as Value[][]) {
    const scatter = producer(sum!);
    if (scatter?.op !== 'ScatterND' || scatter.attributes.reduction !== 'add' || sum!.type !== 'float32') continue;
    if (usage.readers(sum!).length !== 1 || !sameShape(other!.shape, shape) || !isZero(scatter.inputs[0]!)) continue;
    return (emit) => emit({ ...scatter, inputs: [other!, ...scatter.inputs.slice(1)] }, shape);
  }
  return undefined;
};

function isZero(value: Value): boolean {
  if (fillOf(value) === 0) return true;
  const node = producer(value);
  const filled = node?.op === 'ConstantOfShape' ? node.attributes.value : undefined;
  return typeof filled === 'object' && 'tensor' in filled && Number(filled.tensor.data[0]) === 0;
}

/** Lets Gemm add a bias or an entire matrix (the other branch of a skip): `Gemm(x, w) + b`, possibly reshaped. */
const sums: Rule = (node, usage, dialect) => {
  if (node.op !== 'Add') return undefined;
  const { shape } = node.outputs[0]!;
  for (const [product, other] of [node.inputs, [...node.inputs].reverse()] as Value[][]) {
    const reshape = producer(product!)?.op === 'Reshape' ? producer(product!)! : undefined;
    const output = reshape ? reshape.inputs[0]! : product!;
    const gemm = producer(output);
    if (gemm?.op !== 'Gemm' || gemm.inputs.length !== 2 || !sameShape(product!.shape, shape)) continue;
    if (usage.readers(product!).length !== 1 || usage.readers(output).length !== 1) continue;
    const columns = output.shape[1]!;
    const row = shape[shape.length - 1] === columns ? asRow(other!, columns) : undefined;
    const whole = !dialect.webgpu && other!.type === 'float32' && sameShape(other!.shape, shape);
    if (!row && !whole) continue;
    return (emit) => {
      const matrix = () =>
        reshape ? emit({ ...reshape, inputs: [other!, intsOf(output.shape)] }, output.shape) : other!;
      const sum = emit({ ...gemm, inputs: [...gemm.inputs, row ?? matrix()] }, output.shape);
      return reshape ? emit({ ...reshape, inputs: [sum, reshape.inputs[1]!] }, shape) : sum;
    };
  }
  return undefined;
};

/** A value with one number per column, in a shape that Gemm broadcasts. */
function asRow(bias: Value, columns: number): Value | undefined {
  if (bias.type !== 'float32' || bias.shape[bias.shape.length - 1] !== columns) return undefined;
  if (bias.shape.slice(0, -1).some((n) => n !== 1)) return undefined;
  if (bias.shape.length <= 2) return bias;
  return bias.source.kind === 'constant' ? { ...bias, shape: [columns] } : undefined;
}

/** Sizes of column sums for which a product was faster and just as exact. */
const SUMMED_ROWS = { least: 64, most: 1 << 16 };
const SUMMED_COLUMNS = 32;

/**
 * Column sums (the gradients of biases) as products with a row of ones: onnxruntime's ReduceSum over leading axes took 2 to
 * 5 times as long on the CPU (1.30, one thread), and gained nothing from a second thread.
 */
function columnSums(): Rule {
  const ones = new Map<number, Value>();
  return (node) => {
    if (node.op !== 'ReduceSum') return undefined;
    const [x, axes] = node.inputs as [Value, Value];
    const summed = Array.from(elements(axes) as BigInt64Array, Number);
    if (x.type !== 'float32' || !summed.every((axis, i) => axis === i)) return undefined;
    const [rows, columns] = [sizeOf(x.shape.slice(0, summed.length)), sizeOf(x.shape.slice(summed.length))];
    if (rows < SUMMED_ROWS.least || rows > SUMMED_ROWS.most || columns < SUMMED_COLUMNS) return undefined;
    if (!ones.has(rows)) ones.set(rows, fillValue('float32', [1, rows], 1));
    const reshape = (emit: Emit, value: Value, shape: Shape) =>
      sameShape(value.shape, shape)
        ? value
        : emit({ op: 'Reshape', domain: '', inputs: [value, intsOf(shape)], attributes: {} }, shape);
    return (emit) => {
      const inputs = [ones.get(rows)!, reshape(emit, x, [rows, columns])];
      const product = { op: 'Gemm', domain: '', inputs, attributes: { transA: 0, transB: 0 } };
      return reshape(emit, emit(product, [1, columns]), node.outputs[0]!.shape);
    };
  };
}

/**
 * Removes nodes that no output needs, and merges operators to save passes over memory.
 *
 * @param full whether everything stays in float32; in half precision a product sums less exactly than a sum.
 */
export function simplify(nodes: readonly Node[], outputs: readonly Value[], dialect: Dialect, full: boolean) {
  let result = { nodes: [...nodes], outputs: [...outputs] };
  const rules = [scaledOperands, scaledProducts, scatteredSums, sums];
  if (dialect.fusedMatMul && full) rules.push(columnSums());
  for (const rule of rules) result = rewrite(result.nodes, result.outputs, rule, dialect);
  return { nodes: reachable(result.nodes, result.outputs), outputs: result.outputs };
}
