import type { Node, Shape, Value } from './value';

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

/** Whether adding `bias` to rows of `columns` numbers can be done by Gemm's third operand. */
const isRowBias = (bias: Value, columns: number): boolean =>
  bias.type === 'float32' &&
  bias.shape[bias.shape.length - 1] === columns &&
  bias.shape.slice(0, -1).every((n) => n === 1);

const producer = (value: Value): Node | undefined => (value.source.kind === 'node' ? value.source.node : undefined);

/**
 * Removes what no output needs and lets Gemm add the bias: `Add(Gemm(x, w), b)` and `Add(Reshape(Gemm(x, w)), b)` become
 * `Gemm(x, w, b)`, which saves one pass over the result.
 */
export function simplify(nodes: readonly Node[], outputs: readonly Value[]): { nodes: Node[]; outputs: Value[] } {
  const live = reachable(nodes, outputs);
  const uses = new Map<Value, number>();
  for (const value of [...live.flatMap((node) => node.inputs), ...outputs]) uses.set(value, (uses.get(value) ?? 0) + 1);
  const replaced = new Map<Value, Value>();
  const current = (value: Value): Value => replaced.get(value) ?? value;
  const result: Node[] = [];
  const emit = (node: Omit<Node, 'outputs'>, shape: Shape): Value => {
    const made: Node & { outputs: Value[] } = { ...node, outputs: [] };
    made.outputs.push({ type: 'float32', shape, source: { kind: 'node', node: made } });
    result.push(made);
    return made.outputs[0]!;
  };

  for (const node of live) {
    const fused = node.op === 'Add' ? gemmWithBias(node, uses) : undefined;
    if (fused) {
      const { gemm, bias, shape } = fused;
      const rows = gemm.outputs[0]!.shape;
      // The plain Gemm before this place loses its last use and is dropped below.
      let value = emit({ ...gemm, inputs: [...gemm.inputs.map(current), vector(current(bias), rows[1]!)] }, rows);
      if (fused.reshape) {
        const { reshape } = fused;
        value = emit({ ...reshape, inputs: [value, reshape.inputs[1]!] }, shape);
      }
      replaced.set(node.outputs[0]!, value);
    } else if (node.inputs.some((input) => replaced.has(input))) {
      const made: Node & { outputs: Value[] } = { ...node, inputs: node.inputs.map(current), outputs: [] };
      for (const output of node.outputs) {
        const copy: Value = { type: output.type, shape: output.shape, source: { kind: 'node', node: made } };
        made.outputs.push(copy);
        replaced.set(output, copy);
      }
      result.push(made);
    } else result.push(node);
  }
  const finalOutputs = outputs.map(current);
  return { nodes: reachable(result, finalOutputs), outputs: finalOutputs };

  /** A bias of shape [1, …, n] that is a plain constant loses its leading axes; other shapes broadcast as they are. */
  function vector(bias: Value, columns: number): Value {
    if (bias.source.kind === 'constant' && bias.shape.length > 2) return { ...bias, shape: [columns] };
    return bias;
  }
}

function gemmWithBias(
  add: Node,
  uses: ReadonlyMap<Value, number>,
): { gemm: Node; bias: Value; shape: Shape; reshape?: Node } | undefined {
  const { shape } = add.outputs[0]!;
  for (const [product, bias] of [
    [add.inputs[0]!, add.inputs[1]!],
    [add.inputs[1]!, add.inputs[0]!],
  ] as const) {
    const direct = producer(product);
    if (!direct || uses.get(product) !== 1 || product.shape.length !== shape.length) continue;
    const reshape = direct.op === 'Reshape' ? direct : undefined;
    const gemm = reshape ? producer(reshape.inputs[0]!) : direct;
    if (gemm?.op !== 'Gemm' || gemm.inputs.length !== 2) continue;
    const output = gemm.outputs[0]!;
    const columns = output.shape[1]!;
    if (uses.get(output) !== 1 || product.shape[product.shape.length - 1] !== columns) continue;
    if (product.shape.some((n, i) => n !== shape[i]) || !isRowBias(bias, columns)) continue;
    // Gemm's bias broadcasts to rank 2 only.
    if (bias.shape.length > 2 && bias.source.kind !== 'constant') continue;
    return { gemm, bias, shape, ...(reshape ? { reshape } : {}) };
  }
  return undefined;
}
