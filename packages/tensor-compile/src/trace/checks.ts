import type { HostTensor } from '../host-tensor';
import type { Graph } from '../onnx/graph';
import { type Requirement, violation } from '../onnx/requirement';
import type { Value } from '../onnx/value';
import { reduce } from './kernels/reduction';

/** The checks of a graph's requirements: of its inputs before it runs, and of small outputs after it ran. */
export interface Checks {
  inputs: { input: number; requirement: Requirement }[];
  /** Smallest and largest of the values that the graph computes: two outputs for each check, in this order. */
  outputs: { smallest: Value; largest: Value; requirement: Requirement }[];
}

export function checksOf(graph: Graph, inputs: readonly Value[]): Checks {
  const checks: Checks = { inputs: [], outputs: [] };
  for (const requirement of graph.requirements) {
    const { values, limits } = requirement;
    const input = inputs.indexOf(values);
    if (input >= 0) checks.inputs.push({ input, requirement });
    else if (!values.shape.includes(0)) {
      const axes = [...values.shape.keys()].slice(0, limits.length > 1 ? -1 : undefined);
      const bound = (op: string) => reduce(graph, op, values, axes, false);
      checks.outputs.push({ smallest: bound('ReduceMin'), largest: bound('ReduceMax'), requirement });
    }
  }
  return checks;
}

/** @throws if an input breaks a requirement. */
export function checkInputs(
  name: string,
  { inputs }: Checks,
  leaves: readonly HostTensor[],
  paths: readonly string[],
): void {
  for (const { input, requirement } of inputs) check(name, requirement, leaves[input]!, ` in ${paths[input]}`);
}

/**
 * @param bounds the values of the outputs, two for each check
 * @throws if a computed value breaks a requirement.
 */
export function checkOutputs(name: string, { outputs }: Checks, bounds: readonly HostTensor[]): void {
  for (const [i, { requirement }] of outputs.entries())
    for (const bound of bounds.slice(2 * i, 2 * i + 2)) check(name, requirement, bound, ', which it computed itself');
}

function check(name: string, { limits, explain }: Requirement, { data }: HostTensor, source: string): void {
  const found = violation(data, limits);
  if (found) throw new Error(`'${name}': ${explain(found.value, found.limit, source)}`);
}
