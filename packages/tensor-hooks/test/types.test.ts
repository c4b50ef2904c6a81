import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { expect, expectTypeOf, test } from 'vitest';
import {
  capture,
  type Edit,
  edit,
  gradientsAt,
  gramSink,
  type Hookable,
  hookable,
  type Intervention,
  intervention,
  listPoints,
  meanSink,
  patch,
  pooled,
  runWith,
  type Select,
  stream,
  type Tap,
  untapped,
} from '../src/index';
import { type ToyPoint, toy } from './toy';

type LayerPoint = `layers.${number}.hidden`;

/** Never called: `tsc` checks that each marked line is an error and that no other line is. */
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

  capture(two, x, 'hidden');
  capture(two, x, ['hidden', 'out*']);
  capture(two, x, /hid/);
  capture(two, x, (point) => point === 'hidden');
  capture(two, x, listPoints(two));
  capture(layers, x, 'layers.11.hidden');
  capture(layers, x, 'layers.*.hidden');
  // @ts-expect-error: no such point
  capture(two, x, 'hiden');
  // @ts-expect-error: no such point in the list
  capture(two, x, ['hidden', 'outptu']);
  // @ts-expect-error: no such point
  capture(layers, x, 'layers.0.hiden');
  // @ts-expect-error: a predicate compares with a name that does not exist
  capture(two, x, (point) => point === 'hiden');
  // @ts-expect-error: the input is a tensor
  capture(two, 3, 'hidden');

  const name: string = 'hidden';
  const data: Intervention = JSON.parse('{}');
  runWith(two, x, {
    edits: [edit('hidden', (value) => value), patch('out*', x), patch(name, x)],
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
  runWith(two, x, { edits: [patch(['hidden', 'outptu'], x)] });
  // @ts-expect-error: no such point
  runWith(two, x, { stopAfter: 'hiden' });
  // @ts-expect-error: kind and params belong together
  intervention({ point: 'hidden', kind: 'add', params: { factor: 1 } });
  // @ts-expect-error: no such point
  gradientsAt(two, x, 'hiden', (output) => tf.sum(output));

  void stream(two, [x], { hidden: meanSink(), '*': meanSink() });
  void stream(layers, [x], { 'layers.*.hidden': (point) => (point === 'layers.0.hidden' ? meanSink() : gramSink()) });
  // @ts-expect-error: no such point
  void stream(two, [x], { hiden: meanSink() });
  const execute = async (batch: number[]) => ({ hidden: { data: batch, shape: [batch.length] } });
  void stream(two, [[1, 2]], { hidden: meanSink() }, { execute });
  // @ts-expect-error: the batches are not what the target takes, and nothing else runs them
  void stream(two, [[1, 2]], { hidden: meanSink() });
  // @ts-expect-error: what runs takes other batches
  void stream(two, [['1', '2']], { hidden: meanSink() }, { execute });
}

/** Code that is generic in the points, as an analysis of any model is. */
export function generic<P extends string, O>(
  target: Hookable<P, tf.Tensor, O>,
  at: readonly P[],
  x: tf.Tensor,
  edits: Edit<Select<P>>[],
) {
  const run = capture(target, x, at, { edits });
  return at.map((point) => run.at(point));
}

export function results(x: tf.Tensor): void {
  const model = toy();
  expectTypeOf(capture(model, x, '**').output).toEqualTypeOf<tf.Tensor>();
  const record = hookable(['a'], (_: tf.Tensor) => ({ logits: x, count: 1 }));
  expectTypeOf(capture(record, x, 'a').output).toEqualTypeOf<{ logits: tf.Tensor; count: number }>();
  expectTypeOf(runWith(record, x, { stopAfter: 'a' }).output).toEqualTypeOf<tf.Tensor>();
  expectTypeOf(runWith(record, x).output.count).toBeNumber();
  expectTypeOf(untapped).toExtend<Tap<'a' | LayerPoint>>();
  type Moments = ReturnType<ReturnType<typeof meanSink>['result']>;
  const reduced = stream(model, [x], {
    logits: meanSink(),
    '**': meanSink(),
    'layers.*.output': () => meanSink(),
    'layers.0.*': meanSink(),
    'layers.*.hidden': pooled(meanSink()),
  });
  expectTypeOf(reduced).resolves.toEqualTypeOf<{
    logits: Moments;
    '**': Record<ToyPoint, Moments>;
    'layers.*.output': Record<`layers.${number}.output`, Moments>;
    'layers.0.*': Record<ToyPoint, Moments>;
    'layers.*.hidden': Moments;
  }>();
  const run = capture(model, x, 'logits');
  expectTypeOf(run.at('layers.3.output')).toEqualTypeOf<tf.Tensor>();
  // @ts-expect-error: no such point
  run.at('layers.3.outptu');
  // @ts-expect-error: no such point
  gradientsAt(model, x, 'logits', (y) => y).at('logit');
}

test('a tensor keeps its rank through a tap, and generic code its points', async () => {
  await useBackend('cpu');
  const target = hookable(['a'], (x: tf.Tensor2D, tap) => tf.matMul(tap('a', x), x));
  tf.tidy(() => {
    const x = tf.tensor2d([[2]]);
    expect(generic(target as Hookable<'a', tf.Tensor, tf.Tensor>, ['a'], x, [])[0]!.shape).toEqual([1, 1]);
  });
});
