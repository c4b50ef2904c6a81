import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, expectTypeOf, test } from 'vitest';
import {
  capture,
  type Edit,
  edit,
  gradientsAt,
  type Hookable,
  hookable,
  type Intervention,
  intervention,
  listPoints,
  meanSink,
  replace,
  runWith,
  type Select,
  stream,
  type Tap,
  untapped,
} from '../src/index';
import { toy } from './toy';

type LayerPoint = `layers.${number}.hidden`;

/** Never called: `tsc` checks that each marked line is an error, and that each other one is none. */
export function names(x: tf.Tensor): void {
  const two = hookable(['hidden', 'output'], (input: tf.Tensor, tap) => {
    // @ts-expect-error: no such point
    tap('hiden', input);
    return tap('output', tap('hidden', input));
  });
  expectTypeOf(two).toEqualTypeOf<Hookable<'hidden' | 'output', tf.Tensor, tf.Tensor>>();

  const layers = hookable(
    [0, 1].map((n) => `layers.${n}.hidden` as const),
    (input: tf.Tensor, tap) => {
      // @ts-expect-error: no such point
      tap('layers.0.hiden', input);
      return tap('layers.0.hidden', input);
    },
  );
  expectTypeOf(layers).toEqualTypeOf<Hookable<LayerPoint, tf.Tensor, tf.Tensor>>();

  capture(two, 'hidden', x);
  capture(two, ['hidden', 'out*'], x);
  capture(two, /hid/, x);
  capture(two, (point) => point === 'hidden', x);
  capture(two, listPoints(two), x);
  capture(layers, 'layers.11.hidden', x);
  capture(layers, 'layers.*.hidden', x);
  // @ts-expect-error: no such point
  capture(two, 'hiden', x);
  // @ts-expect-error: no such point in the list
  capture(two, ['hidden', 'outptu'], x);
  // @ts-expect-error: no such point
  capture(layers, 'layers.0.hiden', x);
  // @ts-expect-error: a predicate compares with a name that does not exist
  capture(two, (point) => point === 'hiden', x);
  // @ts-expect-error: the input is a tensor
  capture(two, 'hidden', 3);

  const name: string = 'hidden';
  const data: Intervention = JSON.parse('{}');
  runWith(two, x, {
    edits: [edit('hidden', (value) => value), replace('out*', x), replace(name, x)],
    stopAfter: 'output',
  });
  runWith(two, x, {
    edits: [
      edit(/hid/, (value) => value),
      edit(
        (point) => point === name,
        (value) => value,
      ),
    ],
  });
  runWith(two, x, { edits: [edit(['hidden', 'o*'], (value) => value), intervention(data)] });
  runWith(two, x, { edits: [intervention({ point: 'hidden', kind: 'add', params: { value: 1 } })] });
  // @ts-expect-error: no such point
  runWith(two, x, { edits: [edit('hiden', (value) => value)] });
  // @ts-expect-error: no such point
  runWith(two, x, { edits: [intervention({ point: 'hiden', kind: 'zero' })] });
  // @ts-expect-error: no such point in the list
  runWith(two, x, { edits: [replace(['hidden', 'outptu'], x)] });
  // @ts-expect-error: no such point
  runWith(two, x, { stopAfter: 'hiden' });
  // @ts-expect-error: kind and params belong together
  intervention({ point: 'hidden', kind: 'add', params: { factor: 1 } });
  // @ts-expect-error: no such point
  gradientsAt(two, 'hiden', x, (output) => tf.sum(output));

  void stream(two, { hidden: meanSink(), '*': meanSink }, [x]);
  // @ts-expect-error: no such point
  void stream(two, { hiden: meanSink() }, [x]);
  const execute = async (batch: number[], points: readonly ('hidden' | 'output')[]) =>
    Object.fromEntries(points.map((point) => [point, { data: batch, shape: [batch.length] }]));
  void stream(two, { hidden: meanSink() }, [[1, 2]], { execute });
  // @ts-expect-error: the batches are not what the target takes, and nothing else runs them
  void stream(two, { hidden: meanSink() }, [[1, 2]]);
}

/** Code that is generic in the points, as an analysis of any model is. */
export function generic<P extends string, O>(
  target: Hookable<P, tf.Tensor, O>,
  at: readonly P[],
  x: tf.Tensor,
  edits: Edit<Select<P>>[],
) {
  const { tensors } = capture(target, at, x, { edits });
  return at.map((point) => tensors[point]);
}

export function results(x: tf.Tensor): void {
  const model = toy();
  expectTypeOf(capture(model, '**', x).output).toEqualTypeOf<tf.Tensor>();
  const record = hookable(['a'], (_: tf.Tensor) => ({ logits: x, count: 1 }));
  expectTypeOf(capture(record, 'a', x).output).toEqualTypeOf<{ logits: tf.Tensor; count: number }>();
  expectTypeOf(runWith(record, x, { stopAfter: 'a' }).output).toEqualTypeOf<tf.Tensor>();
  expectTypeOf(runWith(record, x).output.count).toBeNumber();
  expectTypeOf(untapped).toExtend<Tap<'a' | LayerPoint>>();
  const reduced = stream(record, { a: meanSink(), '*': meanSink }, [x]);
  expectTypeOf(reduced).resolves.toHaveProperty('a').toEqualTypeOf<ReturnType<ReturnType<typeof meanSink>['result']>>();
  expectTypeOf(reduced).resolves.toHaveProperty('*').toExtend<Record<string, { n: number }>>();
}

test('a tensor keeps its rank through a tap, and generic code its points', async () => {
  await useBackend('cpu');
  const target = hookable(['a'], (x: tf.Tensor2D, tap) => tf.matMul(tap('a', x), x));
  tf.tidy(() => {
    const x = tf.tensor2d([[2]]);
    expect(generic(target as Hookable<'a', tf.Tensor, tf.Tensor>, ['a'], x, [])[0]!.shape).toEqual([1, 1]);
  });
});
