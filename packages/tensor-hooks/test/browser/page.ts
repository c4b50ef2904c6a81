/** What browser.test.ts calls in the page. */
import { usePlainBackend } from '@interlayer/test-kit/plain-backend';
import * as tf from '@tensorflow/tfjs-core';
import { capture, edit, runWith, UnknownPointError } from '../../src/index';
import { numbers, toy } from '../toy';

export interface Seen {
  plain: number[];
  captured: Record<string, number[]>;
  output: number[];
  edited: number[];
  unknown: string;
  tensors: [before: number, after: number];
}

export async function hooks(): Promise<Seen> {
  await usePlainBackend('cpu');
  const model = toy();
  const x = tf.tensor2d([[0.1, -0.2, 0.3]]);
  const before = tf.memory().numTensors;
  const plain = tf.tidy(() => numbers(model.plain(x)));
  const run = capture(model, x, '**');
  const captured = Object.fromEntries(Object.entries(run.tensors).map(([point, tensor]) => [point, numbers(tensor)]));
  const output = numbers(run.output);
  run.dispose();
  const cleared = runWith(model, x, { edits: [edit('layers.*.hidden', (value) => tf.zerosLike(value))] });
  const edited = numbers(cleared.output);
  cleared.dispose();
  let unknown = '';
  try {
    capture(model, x, 'layers.7.output');
  } catch (error) {
    if (error instanceof UnknownPointError) unknown = error.message;
  }
  return { plain, captured, output, edited, unknown, tensors: [before, tf.memory().numTensors] };
}
