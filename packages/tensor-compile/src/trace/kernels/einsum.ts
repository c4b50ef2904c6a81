import { type Kernel, listOf } from '../kernel';

export const einsum: Record<string, Kernel> = {
  Einsum: (graph, inputs, { equation }) => {
    const operands = listOf(inputs);
    const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string];
    const lengths = new Map<string, number>();
    left.split(',').forEach((letters, i) => {
      [...letters].forEach((letter, axis) => {
        lengths.set(letter, operands[i]!.shape[axis]!);
      });
    });
    const shape = [...right].map((letter) => lengths.get(letter)!);
    return graph.op('Einsum', operands, operands[0]!.type, shape, { equation: equation.replaceAll(' ', '') });
  },
};
