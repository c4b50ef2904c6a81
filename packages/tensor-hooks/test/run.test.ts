import { expectConservesTensors, useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  capture,
  edit,
  hookable,
  patch,
  runWith,
  SilentPointError,
  type Slice,
  type StoppedRunOptions,
  UnknownPointError,
  untapped,
} from '../src/index';
import { numbers, shared, type Toy, type ToyPoint, toy } from './toy';

let model: Toy;
let input: tf.Tensor2D;

beforeAll(async () => {
  await useBackend('cpu');
  model = toy();
  input = tf.tensor2d([
    [0.1, -0.2, 0.3],
    [1, 0.5, -1.5],
  ]);
});
afterAll(() => {
  model.dispose();
  input.dispose();
});

describe('capture', () => {
  test('the run is that of the unhooked function, bit by bit', () => {
    tf.tidy(() => {
      const plain = numbers(model.plain(input));
      expect(numbers(model.run(input, untapped))).toEqual(plain);
      expect(numbers(capture(model, input, '**').output)).toEqual(plain);
    });
  });

  test('the values are those of the computation', () => {
    tf.tidy(() => {
      const { tensors, output } = capture(model, input, '**');
      expect(Object.keys(tensors)).toEqual(model.points);
      expect(numbers(tensors.embeddings!)).toEqual(numbers(input));
      for (const layer of [0, 1]) {
        const before = layer === 0 ? tensors.embeddings! : tensors['layers.0.output']!;
        const hidden = tf.tanh(tf.matMul(before as tf.Tensor2D, model.weights[layer]! as tf.Tensor));
        expect(numbers(tensors[`layers.${layer}.hidden`]!)).toEqual(numbers(hidden));
        expect(numbers(tensors[`layers.${layer}.output`]!)).toEqual(numbers(tf.add(before, hidden)));
      }
      expect(numbers(tensors.logits!)).toEqual(numbers(output));
    });
  });

  test('events say where the value arose', () => {
    const twice = toy([1, 0, 1]);
    const run = capture(twice, input, 'layers.*.output');
    expect(run.events).toEqual([
      { point: 'layers.0.output', key: 'layers.0.output', call: 0, slot: 0, sourceLayer: 1 },
      { point: 'layers.1.output', key: 'layers.1.output', call: 0, slot: 1, sourceLayer: 0 },
      { point: 'layers.2.output', key: 'layers.2.output', call: 0, slot: 2, sourceLayer: 1 },
    ]);
    run.dispose();
    twice.dispose();
  });

  test('at() gives the value at a point, of a later call too, and names near points where there is none', () => {
    tf.tidy(() => {
      const run = capture(model, input, ['layers.0.hidden', 'layers.1.hidden', 'logits']);
      expect(run.at('layers.1.hidden')).toBe(run.tensors['layers.1.hidden']);
      const error = (() => {
        try {
          return run.at('layers.1.output');
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(UnknownPointError);
      expect((error as UnknownPointError).nearest).toEqual(['layers.1.hidden', 'layers.0.hidden', 'logits']);
      expect((error as Error).message).toBe(
        'There is no value at "layers.1.output". Nearest points: "layers.1.hidden", "layers.0.hidden", "logits". ' +
          'Select the point where you capture.',
      );
      expect(() => runWith(model, input).at('logits')).toThrow('There are no points.');
      const steps = capture(shared(3), tf.scalar(5), 'step');
      expect([numbers(steps.at('step')), numbers(steps.at('step', 2))]).toEqual([[6], [8]]);
      expect(() => steps.at('step', 3)).toThrow('There is no value at "step#3"');
    });
  });

  test('calls of one point keep keys of their own', () => {
    const run = capture(shared(3), tf.scalar(5), 'step');
    expect(Object.keys(run.tensors)).toEqual(['step', 'step#1', 'step#2']);
    expect(Object.values(run.tensors).flatMap(numbers)).toEqual([6, 7, 8]);
    expect(run.events.map(({ call, slot }) => [call, slot])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    run.dispose();
  });

  test('dispose frees the output and the values, twice without harm, and never the input', async () => {
    await expectConservesTensors(() => {
      const run = capture(model, input, '**');
      run.dispose();
      run.dispose();
      expect(run.output.isDisposed).toBe(true);
    });
    const echo = hookable(['x'], (x: tf.Tensor, tap) => tap('x', x));
    capture(echo, input, 'x').dispose();
    runWith(echo, input, { stopAfter: 'x' }).dispose();
    expect(input.isDisposed).toBe(false);
  });

  test('a weight that is returned or tapped stays alive', () => {
    const target = hookable(['weight'], (_: null, tap) => ({ list: [tap('weight', model.weights[0]!)] }));
    const run = capture(target, null, 'weight');
    expect(numbers(run.output.list[0]!)).toEqual(numbers(model.weights[0]!));
    run.dispose();
    expect(model.weights[0]!.isDisposed).toBe(false);
  });

  test('inside a tidy, the tidy owns everything', async () => {
    await expectConservesTensors(() => tf.tidy(() => void capture(model, input, '**')));
    const kept = await expectConservesTensors(
      () => tf.tidy(() => capture(model, input, 'layers.*.output').tensors as Record<string, tf.Tensor>),
      () => 2,
    );
    expect(numbers(kept['layers.1.output']!).length).toBe(6);
    tf.dispose(kept);
  });

  test('slices', () => {
    tf.tidy(() => {
      const values = numbers(input);
      const sliced = (slice: Slice) => capture(model, input, 'embeddings', { slice }).tensors.embeddings!;
      expect(numbers(sliced({ axis: 0, begin: 1, size: 1 }))).toEqual(values.slice(3));
      expect(numbers(sliced({ axis: -1, begin: -1 }))).toEqual([values[2], values[5]]);
      expect(numbers(sliced((value) => tf.sum(value)))[0]).toBeCloseTo(0.2, 5);
      expect(numbers(sliced((value) => value))).toEqual(values);
    });
    expect(() => capture(model, input, 'embeddings', { slice: { axis: 2, begin: 0 } })).toThrow('shape [2, 3]');
    expect(() => capture(model, input, 'embeddings', { slice: { axis: 0, begin: 1, size: 2 } })).toThrow(
      'at least one',
    );
  });

  test('gradients flow through a capture', () => {
    tf.tidy(() => {
      const plain = tf.grad((x) => tf.sum(model.plain(x)))(input);
      const hooked = tf.grad((x) => tf.sum(capture(model, x, '**').output))(input);
      expect(numbers(hooked)).toEqual(numbers(plain));
    });
  });
});

describe('edits', () => {
  test('come in order; captures see the edited value, or with `before` the raw one', () => {
    tf.tidy(() => {
      const edits = [
        edit('embeddings', (value) => tf.add(value, 1)),
        edit('*', (value, { point }) => (point === 'embeddings' ? tf.mul(value, 10) : value)),
      ];
      const expected = numbers(tf.mul(tf.add(input, 1), 10));
      const run = capture(model, input, 'embeddings', { edits });
      expect(numbers(run.tensors.embeddings!)).toEqual(expected);
      expect(numbers(run.output)).toEqual(numbers(model.plain(tf.mul(tf.add(input, 1), 10) as tf.Tensor)));
      expect(numbers(capture(model, input, 'embeddings', { edits, before: true }).tensors.embeddings!)).toEqual(
        numbers(input),
      );
      const swapped = capture(model, input, 'embeddings', { edits: [...edits].reverse() });
      expect(numbers(swapped.tensors.embeddings!)).toEqual(numbers(tf.add(tf.mul(input, 10), 1)));
    });
  });

  test('patch takes a tensor, which survives, or a function of the event', async () => {
    const other = tf.ones([2, 3]);
    await expectConservesTensors(() => {
      const run = runWith(model, input, { edits: [patch('logits', other)] });
      expect(numbers(run.output)).toEqual(numbers(other));
      run.dispose();
      runWith(model, input, {
        edits: [patch('layers.*.hidden', ({ slot }) => tf.fill([2, 3], slot!))],
        capture: 'layers.1.output',
      }).dispose();
    });
    expect(other.isDisposed).toBe(false);
    other.dispose();
  });

  test('a target that frees its values does not free a replacement', async () => {
    const tidy = hookable(['a'], (x: tf.Tensor, tap) => {
      const value = tap('a', tf.neg(x));
      const result = tf.square(value);
      value.dispose();
      return result;
    });
    const other = tf.ones([2, 3]);
    runWith(tidy, input, { edits: [patch('a', other)], capture: 'a' }).dispose();
    expect(other.isDisposed).toBe(false);
    other.dispose();
  });

  test('an edit of each call of a point', () => {
    tf.tidy(() => {
      const doubled = runWith(shared(3), tf.scalar(0), { edits: [edit('step', (value) => tf.mul(value, 2))] });
      expect(numbers(doubled.output)).toEqual([14]);
    });
  });

  test('that change shape or dtype, or return no tensor, are errors that say so', async () => {
    const run = (fn: (value: tf.Tensor) => tf.Tensor) =>
      expectConservesTensors(() => runWith(model, input, { edits: [edit('layers.1.hidden', fn)] }));
    await expect(run((value) => tf.sum(value))).rejects.toThrow(
      'The edit at "layers.1.hidden" gave float32 [] for float32 [2, 3]',
    );
    await expect(run((value) => tf.cast(value, 'int32'))).rejects.toThrow('gave int32 [2, 3] for float32 [2, 3]');
    await expect(run(() => undefined as unknown as tf.Tensor)).rejects.toThrow('must return a tensor');
    await expect(run((async () => input) as unknown as () => tf.Tensor)).rejects.toThrow('must return a tensor');
  });

  test('that match nothing, or whose points never fire, are errors', async () => {
    const name: string = 'layers.1.hiden';
    expect(() => runWith(model, input, { edits: [patch(name, input)] })).toThrow(UnknownPointError);
    const lazy = hookable(['a', 'b'], (x: tf.Tensor, tap) => tap('a', tf.add(x, 1)));
    for (const options of [
      { edits: [patch('b', input)] },
      { capture: ['a', 'b'] as const },
      { stopAfter: 'b' as const },
    ]) {
      await expect(expectConservesTensors(() => runWith(lazy, input, options))).rejects.toThrow(SilentPointError);
    }
    expect(() => runWith(lazy, input, { capture: 'b' })).toThrow('"b" never fired');
  });
});

describe('stopAfter', () => {
  test('returns the edited value at the point and runs nothing after it', async () => {
    const fired: string[] = [];
    const spy = hookable(model.points, (x: tf.Tensor, tap) =>
      model.run(
        x,
        Object.assign(
          <T extends tf.Tensor>(point: ToyPoint, value: T): T => {
            fired.push(point);
            return tap(point, value);
          },
          { wants: tap.wants },
        ),
      ),
    );
    const run = await expectConservesTensors(
      () =>
        runWith(spy, input, {
          stopAfter: 'layers.0.output',
          capture: 'layers.*.hidden',
          edits: [edit('layers.*.output', (value) => tf.neg(value))],
        }),
      () => 2,
    );
    expect(fired).toEqual(['embeddings', 'layers.0.hidden', 'layers.0.output']);
    expect(Object.keys(run.tensors)).toEqual(['layers.0.hidden']);
    expect(numbers(run.output)).toEqual(numbers(tf.tidy(() => tf.neg(tf.add(input, run.tensors['layers.0.hidden']!)))));
    await expectConservesTensors(
      () => run.dispose(),
      () => -2,
    );
  });

  test('a later call', () => {
    tf.tidy(() => {
      expect(numbers(runWith(shared(5), tf.scalar(0), { stopAfter: { point: 'step', call: 2 } }).output)).toEqual([3]);
      expect(() => runWith(shared(5), tf.scalar(0), { stopAfter: { point: 'step', call: 5 } })).toThrow(
        '"step#5" never fired',
      );
    });
  });

  test('works even if the target swallows errors', () => {
    const stubborn = hookable(['a'], (x: tf.Tensor, tap) => {
      try {
        return tap('a', tf.add(x, 1));
      } catch {
        return x;
      }
    });
    tf.tidy(() => {
      expect(numbers(runWith(stubborn, tf.scalar(1), { stopAfter: 'a' }).output)).toEqual([2]);
    });
  });

  test('an edit or a capture that comes entirely after the stop is an error', () => {
    const behind: Partial<StoppedRunOptions<ToyPoint>>[] = [{ edits: [patch('logits', input)] }, { capture: 'logits' }];
    for (const options of behind) {
      expect(() => runWith(model, input, { stopAfter: 'embeddings', ...options })).toThrow(SilentPointError);
    }
  });
});

describe('the contract of targets', () => {
  test('an undeclared point is an error in a tapped run', () => {
    const wrong = hookable(['hidden'], (x: tf.Tensor, tap) => tap('hiden' as 'hidden', tap('hidden', x)));
    expect(() => capture(wrong, input, 'hidden')).toThrow(
      'fired "hiden", which it does not declare. Nearest points: "hidden"',
    );
  });

  test('promises and values that are not tensors are errors', () => {
    const slow = hookable(['a'], async (x: tf.Tensor, tap) => tap('a', x));
    expect(() => capture(slow, input, 'a')).toThrow('synchronous');
    const wrong = hookable(['a'], (_: null, tap) => tap('a', 3 as unknown as tf.Tensor));
    expect(() => capture(wrong, null, 'a')).toThrow('"a" fired with number');
  });

  test('hookable rejects names that repeat or are reserved', () => {
    expect(() => hookable(['a', 'a'], () => 0)).toThrow('"a" is declared twice');
    for (const name of ['', 'a*', 'a#1']) expect(() => hookable([name], () => 0)).toThrow('cannot name a point');
  });

  test('wants is true only for points with a listener', () => {
    const lazy = (wanted: string[]) =>
      hookable(['a', 'b'], (x: tf.Tensor, tap) => {
        for (const point of ['a', 'b'] as const) {
          if (!tap.wants(point)) continue;
          wanted.push(point);
          tap(point, tf.add(x, 1));
        }
        return tf.add(x, 1);
      });
    const wanted: string[] = [];
    lazy(wanted).run(input, untapped).dispose();
    capture(lazy(wanted), input, 'b').dispose();
    expect(wanted).toEqual(['b']);
    expect(untapped('anything', input)).toBe(input);
  });
});

test('any interleaving of capture, edit, stop and throw leaves no tensor behind', async () => {
  const point = fc.constantFrom(...model.points);
  const action = fc.record({
    capture: fc.option(fc.uniqueArray(point, { minLength: 1, maxLength: 4 }), { nil: undefined }),
    before: fc.boolean(),
    slice: fc.option(fc.constantFrom({ axis: 0, begin: 1 }, { axis: 7, begin: 0 }), { nil: undefined, freq: 1 }),
    edits: fc.array(
      fc.record({
        at: point,
        kind: fc.constantFrom('add', 'add', 'same', 'same', 'borrowed', 'borrowed', 'shape', 'throw'),
      }),
      { maxLength: 3 },
    ),
    stopAfter: fc.option(fc.oneof(point, fc.record({ point, call: fc.constantFrom(0, 0, 0, 1) })), { nil: undefined }),
    throwAt: fc.option(point, { nil: undefined, freq: 1 }),
    tidy: fc.boolean(),
    inner: fc.boolean(),
  });
  type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;
  const borrowed = tf.ones([2, 3]);
  const made = {
    add: (value: tf.Tensor) => tf.add(tf.mul(value, 0.5), 1),
    same: (value: tf.Tensor) => value,
    borrowed: () => borrowed,
    shape: (value: tf.Tensor) => tf.sum(value),
    throw: (value: tf.Tensor): tf.Tensor => {
      tf.add(value, 1);
      throw new Error('edit');
    },
  };
  const outcomes = { ran: 0, threw: 0 };
  function act({ edits, throwAt, tidy, inner, ...options }: Action): void {
    const target = hookable(model.points, (x: tf.Tensor, tap) =>
      model.run(
        x,
        Object.assign(
          <T extends tf.Tensor>(at: ToyPoint, value: T): T => {
            if (at === throwAt) throw new Error(`target ${tf.add(value, 1).shape}`);
            // A run within a run: the two are independent.
            if (inner && at === 'layers.1.hidden') capture(model, x, '**').dispose();
            return tap(at, value);
          },
          { wants: tap.wants },
        ),
      ),
    );
    const body = () => {
      const run = runWith(target, input, {
        ...options,
        edits: edits.map(({ at, kind }) => edit(at, made[kind])),
      } as StoppedRunOptions<ToyPoint>);
      if (!tidy) run.dispose();
    };
    try {
      if (tidy) tf.tidy(body);
      else body();
      outcomes.ran++;
    } catch (error) {
      expect((error as Error).message).toMatch(/edit|target|never fired|slice/);
      outcomes.threw++;
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 4 }), async (actions) => {
      await expectConservesTensors(() => actions.forEach(act));
      expect([borrowed, input, ...model.weights].some((tensor) => tensor.isDisposed)).toBe(false);
    }),
    { seed: 3, numRuns: 300 },
  );
  // The property means something only if both outcomes occurred.
  expect(Math.min(outcomes.ran, outcomes.threw)).toBeGreaterThan(100);
  borrowed.dispose();
});
