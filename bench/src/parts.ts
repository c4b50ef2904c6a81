import { type HostData, type HostTensor, hostTensor } from '@interlayer/tensor-compile';

/** One part of a batch, and how many predictions it contains. */
export interface Part {
  inputs: Record<string, HostTensor>;
  weight: number;
}

/**
 * Cuts a batch for an objective of `@interlayer/training` into parts with equal numbers of rows. Predictions at `positions`
 * follow their rows; parts with fewer predictions are padded with ones of weight 0.
 */
export function partsOf(batch: Readonly<Record<string, HostTensor>>, count: number): Part[] {
  const { positions, labels, weights, ...rows } = batch;
  const [total, length] = rows.ids!.shape as [number, number];
  if (total % count) throw new Error(`partsOf got ${total} rows for ${count} parts; expected a multiple of them.`);
  const height = total / count;
  const cut = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      Object.entries(rows).map(([name, { dtype, shape, data }]): [string, HostTensor] => {
        const size = (data.length / total) * height;
        return [name, { dtype, shape: [height, ...shape.slice(1)], data: data.slice(i * size, (i + 1) * size) }];
      }),
    ),
  );
  if (!positions) return cut.map((inputs) => ({ inputs, weight: height }));

  const held = cut.map(() => [] as number[]);
  for (const [i, position] of positions.data.entries()) held[Math.floor(position / (height * length))]!.push(i);
  const most = Math.max(...held.map((indices) => indices.length));
  return cut.map((inputs, part) => {
    const indices = held[part]!;
    const pick = (values: HostData, shift = 0) => indices.map((index) => values[index]! - shift);
    const tensor = (dtype: 'int32' | 'float32', picked: readonly number[]) =>
      hostTensor([...picked, ...Array<number>(most - picked.length).fill(0)], [most], dtype);
    const counted = pick(weights!.data);
    return {
      inputs: {
        ...inputs,
        positions: tensor('int32', pick(positions.data, part * height * length)),
        labels: tensor('int32', pick(labels!.data)),
        weights: tensor('float32', counted),
      },
      weight: counted.reduce((sum, weight) => sum + weight, 0),
    };
  });
}
