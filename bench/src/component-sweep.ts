import type { Matmul, Matrix } from '@interlayer/linalg';
import { blockComponents, ComponentFits, ComponentScores, type Points, type Scores } from '@interlayer/nonlinearity';

export interface ComponentSweepShape {
  layers: number;
  width: number;
  /** Of each token one row; a fifth of the sentences is held out. */
  tokens: number;
}

const BATCH = 1024;
/** Tokens of a sentence. */
const LENGTH = 32;

/** Values of a point, a mixture of waves that no other point has; the first layer of a feed-forward block is four times as wide. */
function pointRows(point: string, place: number, { width }: ComponentSweepShape, from: number, to: number): Matrix {
  const columns = point.endsWith('ffn.hidden') ? 4 * width : width;
  const data = new Float32Array((to - from) * columns);
  for (let i = from; i < to; i++)
    for (let j = 0; j < columns; j++) {
      const at = i * width + (j % width);
      const shared = Math.sin(at * at * 0.37) + Math.sin(at * 1.7);
      data[(i - from) * columns + j] = shared / (1 + (place % 5)) + Math.sin(at * at * (0.11 + 0.013 * place));
    }
  return { rows: to - from, columns, data };
}

/** Fits and scores every component of every layer; what stands for the model, making the activations, is not timed. */
export async function componentSweep(
  shape: ComponentSweepShape,
  matmul?: Matmul,
): Promise<{ ms: number; value: Record<string, Scores> }> {
  const components = blockComponents({ norm: 'post', layers: shape.layers });
  const held = Math.floor(shape.tokens / LENGTH / 5) * LENGTH;
  let ms = 0;
  const timed = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    ms += performance.now() - start;
    return result;
  };
  const eachBatch = async (
    first: number,
    last: number,
    { points }: { points: readonly string[] },
    add: (batch: Points, sentences: number[]) => Promise<void>,
  ) => {
    for (let from = first; from < last; from += BATCH) {
      const to = Math.min(from + BATCH, last);
      const batch = Object.fromEntries(points.map((point, place) => [point, pointRows(point, place, shape, from, to)]));
      const sentences = Array.from({ length: to - from }, (_, i) => Math.floor((from + i) / LENGTH));
      await timed(() => add(batch, sentences));
    }
  };
  const fits = new ComponentFits(components, { matmul });
  await eachBatch(held, shape.tokens, fits, (batch) => fits.add(batch));
  const scores = new ComponentScores(components, await timed(() => fits.solve()), { matmul });
  await eachBatch(0, held, scores, (batch, sentences) => scores.add(batch, sentences));
  const value = await timed(() => scores.scores());
  return { ms, value };
}
