import { useBackend } from '@interlayer/test-kit';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutor, type Executor, eagerExecutor, type HostTensor, hostTensor } from '../src/index';
import { expectClose } from './close';
import { batches, model, momentum, values } from './small-model';

let executor: Executor;
/** tfjs's own name of the backend that runs. */
let plain: string;
beforeAll(async () => {
  await useBackend('cpu');
  plain = tf.getBackend();
  executor = await createExecutor({ provider: 'cpu', threads: 2 });
});
afterAll(() => executor.dispose());

const vector = (...numbers: number[]) => hostTensor(numbers, [numbers.length]);
const datum = async (result: Promise<HostTensor>) => [...(await result).data];

test('names say what runs', async () => {
  expect(executor.name).toBe('onnxruntime cpu, 2 threads');
  expect(eagerExecutor().name).toBe(`eager ${plain}`);
  await expect(createExecutor({ provider: 'tpu' as 'cpu' })).rejects.toThrow(
    /'tpu'.*'cpu', 'wasm', 'webgpu' or 'cuda'/,
  );
  await expect(createExecutor({ provider: 'wasm' })).rejects.toThrow(/runs in browsers. In Node use 'cpu'/);
  await expect(createExecutor({ provider: 'cpu', threads: 0 })).rejects.toThrow(/0 threads/);
});

describe('tracing leaves tfjs as it was', () => {
  test('the backend, the tensors and closed-over variables', async () => {
    const frozen = tf.variable(tf.tensor1d([1, 2, 3]));
    const constant = tf.tensor1d([10, 20, 30]);
    const before = tf.memory();
    const call = executor.compile((x: tf.Tensor) => tf.add(tf.mul(x, frozen), constant));
    expect(await datum(call(vector(1, 1, 2)))).toEqual([11, 22, 36]);
    expect(tf.getBackend()).toBe(plain);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    expect([...frozen.dataSync(), ...constant.dataSync()]).toEqual([1, 2, 3, 10, 20, 30]);
    // Frozen means frozen: the graph holds what the variable held.
    frozen.assign(tf.tidy(() => tf.zerosLike(frozen)));
    expect(await datum(call(vector(1, 1, 2)))).toEqual([11, 22, 36]);
    tf.dispose([frozen, constant]);
  });

  test('when the function throws, within a gradient too', async () => {
    const weight = tf.tidy(() => tf.variable(tf.scalar(2)));
    const before = tf.memory();
    const failing = (x: tf.Tensor): tf.Tensor => {
      weight.assign(tf.scalar(5));
      tf.grad((y) => {
        tf.exp(tf.mul(y, x));
        throw new Error('out of ideas');
      })(x);
      return x;
    };
    for (const engine of [executor, eagerExecutor()]) {
      await expect(engine.compile(failing, { state: [weight] })(vector(1))).rejects.toThrow('out of ideas');
      expect(tf.getBackend()).toBe(plain);
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    }
    // The eager run had assigned before it threw; the compiled one never ran.
    tf.tidy(() => weight.assign(tf.scalar(2)));
    await expect(executor.compile(failing, { state: [weight] })(vector(1))).rejects.toThrow('out of ideas');
    expect(weight.dataSync()[0]).toBe(2);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    weight.dispose();
  });

  test('on the wasm backend', async () => {
    await useBackend('wasm');
    const backend = tf.getBackend();
    try {
      const weight = tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2]));
      const constant = tf.tensor2d([1, 0, 0, 1], [2, 2]);
      const before = tf.memory().numTensors;
      const call = executor.compile((x: tf.Tensor) => tf.add(tf.matMul(x as tf.Tensor2D, weight), constant));
      expect(await datum(call(hostTensor([1, 0, 0, 2], [2, 2])))).toEqual([2, 2, 6, 9]);
      expect(tf.getBackend()).toBe(backend);
      expect(tf.memory().numTensors).toBe(before);
      expect([...weight.dataSync(), ...constant.dataSync()]).toEqual([1, 2, 3, 4, 1, 0, 0, 1]);
      tf.dispose([weight, constant]);
    } finally {
      await useBackend('cpu');
    }
  });
});

describe('errors name the place', () => {
  const place = /executor\.test\.ts:\d+/;

  test('an operation that cannot be recorded', async () => {
    const call = executor.compile((x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor3D, [2, 2]));
    await expect(call(hostTensor([1, 2, 3, 4], [2, 2, 1]))).rejects.toThrow(/'ResizeBilinear' cannot be compiled/);
    await expect(call(hostTensor([1, 2, 3, 4], [2, 2, 1]))).rejects.toThrow(place);
  });

  test('reading a value that is not known yet', async () => {
    const call = executor.compile((x: tf.Tensor) => tf.mul(x, tf.add(x, 1).dataSync()[0]!));
    await expect(call(vector(1))).rejects.toThrow(/read during compilation/);
    await expect(call(vector(1))).rejects.toThrow(place);
  });

  test('reading a constant is allowed', async () => {
    const call = executor.compile((x: tf.Tensor) => tf.mul(x, tf.scalar(3).dataSync()[0]!));
    expect(await datum(call(vector(2)))).toEqual([6]);
  });

  test('assigning a variable that is not listed', async () => {
    const counter = tf.variable(tf.scalar(0), false, 'counter-not-listed');
    const call = executor.compile((x: tf.Tensor) => {
      counter.assign(tf.add(counter, 1) as tf.Scalar);
      return x;
    });
    await expect(call(vector(1))).rejects.toThrow(/'counter-not-listed'.*'state'/);
    expect(counter.dataSync()[0]).toBe(0);
    counter.dispose();
  });

  test('inputs and outputs that are not tensors', async () => {
    const echo = executor.compile((inputs: { x: tf.Tensor }) => inputs.x);
    await expect(echo({ x: [1, 2] as never })).rejects.toThrow(/inputs\.x\[0\] is number 1; expected a host tensor/);
    await expect(echo({ x: { dtype: 'float32', shape: [3], data: new Float32Array(2) } })).rejects.toThrow(
      /inputs\.x has 2 values.*needs 3/,
    );
    await expect(executor.compile((() => ({ a: null })) as never)({})).rejects.toThrow(/outputs\.a is null/);
    await expect(executor.compile(() => ({ a: undefined }))({})).rejects.toThrow(/returned no tensors/);
    await expect(executor.compile((async (x: tf.Tensor) => x) as never)(vector(1))).rejects.toThrow(/synchronous/);
    await expect(executor.compile(() => [])({})).rejects.toThrow(/returned no tensors/);
  });

  test('an operator that fails when it runs', async () => {
    const call = executor.compile(({ x, i }: Record<string, tf.Tensor>) => tf.gather(x!, tf.square(i!)), {
      name: 'lookup',
    });
    await expect(call({ x: vector(1, 2), i: hostTensor(Int32Array.of(7), [1]) })).rejects.toThrow(
      /Running 'lookup' on onnxruntime cpu.*an index that the function computed is outside the tensor/,
    );
  });

  test('calling a compiled function inside of another', async () => {
    const inner = executor.compile((x: tf.Tensor) => x);
    let thrown: unknown;
    const outer = (await createExecutor({ provider: 'cpu', threads: 1 })).compile((x: tf.Tensor) => {
      void inner(vector(1)).catch((error) => {
        thrown = error;
      });
      return x;
    });
    // The inner call waits its turn, so the outer trace is over by then.
    expect(await datum(outer(vector(4)))).toEqual([4]);
    await inner(vector(1));
    expect(thrown).toBeUndefined();
  });
});

describe('trees', () => {
  test('records in any order of keys, arrays, unused inputs and repeated outputs', async () => {
    const call = executor.compile(({ a, b }: { a: tf.Tensor; b: tf.Tensor[] }) => {
      const sum = tf.add(a, b[1]!);
      return { twice: [sum, sum], same: a, constant: tf.zeros([100, 2]), nested: { flag: tf.greater(sum, 3) } };
    });
    const result = await call({ b: [vector(0), vector(2, 3)], a: vector(1, 1) });
    expectClose(
      result,
      {
        twice: [vector(3, 4), vector(3, 4)],
        same: vector(1, 1),
        constant: hostTensor(new Float32Array(200), [100, 2]),
        nested: { flag: hostTensor(Uint8Array.of(0, 1), [2]) },
      },
      0,
    );
    expect(await call({ a: vector(1, 1), b: [vector(0), vector(2, 3)] })).toEqual(result);
  });

  test('an undefined entry counts as absent', async () => {
    const seen: string[][] = [];
    const fn = (inputs: { x: tf.Tensor; mask?: tf.Tensor }) => {
      seen.push(Object.keys(inputs));
      return { y: inputs.mask ? tf.mul(inputs.x, inputs.mask) : inputs.x, mask: inputs.mask };
    };
    for (const engine of [executor, eagerExecutor()]) {
      const call = engine.compile(fn);
      expect(await call({ x: vector(3), mask: undefined })).toEqual({ y: vector(3) });
      expect(await call({ x: vector(3) })).toEqual({ y: vector(3) });
      expect(await call({ x: vector(3), mask: vector(2) })).toEqual({ y: vector(6), mask: vector(2) });
    }
    expect(seen.map((names) => names.length)).toEqual([1, 2, 1, 1, 2]);
  });
});

describe('state', () => {
  test('is shared between functions, pulled and pushed', async () => {
    const total = tf.variable(tf.scalar(1));
    const add = executor.compile(
      (x: tf.Tensor) => {
        total.assign(tf.add(total, tf.sum(x)) as tf.Scalar);
        return total;
      },
      { state: [total] },
    );
    const read = executor.compile((x: tf.Tensor) => tf.mul(x, total), { state: [total] });
    expect(await datum(add(vector(1, 2)))).toEqual([4]);
    expect(await datum(add(vector(1, 2, 3)))).toEqual([10]);
    expect(await datum(read(vector(2)))).toEqual([20]);
    expect(total.dataSync()[0]).toBe(1);
    await executor.pull([total]);
    expect(total.dataSync()[0]).toBe(10);
    tf.tidy(() => total.assign(tf.scalar(-1)));
    expect(await datum(read(vector(2)))).toEqual([20]);
    await executor.push([total]);
    expect(await datum(read(vector(2)))).toEqual([-2]);
    total.dispose();
  });

  test('two variables can swap', async () => {
    const [a, b] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))];
    const swap = executor.compile(
      (x: tf.Tensor) => {
        const before = tf.clone(a!);
        a!.assign(tf.clone(b!));
        b!.assign(before);
        return tf.add(x, a!);
      },
      { state: [a!, b!] },
    );
    for (let i = 0; i < 3; i++) await swap(vector(0, 0));
    await executor.pull([a!, b!]);
    expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([3, 4, 1, 2]);
    tf.dispose([a!, b!]);
  });

  test('calls that overlap run one after the other', async () => {
    const count = tf.variable(tf.scalar(0));
    const next = executor.compile(
      () => {
        count.assign(tf.add(count, 1) as tf.Scalar);
        return count;
      },
      { state: [count] },
    );
    const seen = await Promise.all(Array.from({ length: 5 }, () => datum(next({}))));
    expect(seen.flat()).toEqual([1, 2, 3, 4, 5]);
    count.dispose();
  });

  test('results are the caller’s: a later call does not write into them', async () => {
    const weight = tf.variable(tf.tensor1d([1, 1]));
    const grow = executor.compile(
      (x: tf.Tensor) => {
        weight.assign(tf.mul(weight, x) as tf.Tensor1D);
        return weight;
      },
      { state: [weight] },
    );
    const results = [];
    for (let i = 0; i < 4; i++) results.push(await grow(vector(2, 3)));
    expect(results.map(({ data }) => [...data])).toEqual([[2, 3], [4, 9], [8, 27], [16, 81]]); // biome-ignore format: short
    weight.dispose();
  });

  test('a variable made by the function keeps its initial value until pulled', async () => {
    const made: tf.Variable[] = [];
    const { variables, loss, dispose } = model(6);
    const optimizer = tf.train.adam(0.01);
    const registered = new Set(Object.keys(tf.engine().registeredVariables));
    const step = executor.compileStep(loss, optimizer, variables);
    await step(batches(1, 1)[0]!);
    for (const [name, variable] of Object.entries(tf.engine().registeredVariables))
      if (!registered.has(name)) made.push(variable);
    expect(made.length).toBe(2 * variables.length);
    expect(made.every((variable) => variable.dataSync().every((v) => v === 0))).toBe(true);
    await executor.pull();
    expect(made.some((variable) => variable.dataSync().some((v) => v !== 0))).toBe(true);
    tf.dispose(made);
    dispose();
  });
});

describe('caching and release', () => {
  test('one trace for each set of shapes, the least recently used one is dropped', async () => {
    let traces = 0;
    const call = executor.compile(
      (x: tf.Tensor) => {
        traces++;
        return tf.sum(x);
      },
      { cacheSize: 2 },
    );
    const lengths = [1, 2, 1, 3, 1, 2];
    const seen = [];
    for (const length of lengths) {
      expect(await datum(call(hostTensor(new Float32Array(length).fill(1), [length])))).toEqual([length]);
      seen.push(traces);
    }
    // 3 evicts 2, not the just used 1; the second 2 is traced anew.
    expect(seen).toEqual([1, 2, 2, 3, 3, 4]);
  });

  test('disposed functions and executors refuse to run', async () => {
    const own = await createExecutor({ provider: 'cpu', threads: 1 });
    const call = own.compile((x: tf.Tensor) => x, { name: 'echo' });
    const other = own.compile((x: tf.Tensor) => x, { name: 'other' });
    await call(vector(1));
    await call.dispose();
    await expect(call(vector(1))).rejects.toThrow("'echo' was disposed");
    expect(await datum(other(vector(1)))).toEqual([1]);
    await own.dispose();
    await expect(other(vector(1))).rejects.toThrow("'other' was disposed");
    await expect(own.pull()).rejects.toThrow(/executor.*was disposed/);
    expect(() => own.compile((x: tf.Tensor) => x)).toThrow(/executor.*was disposed/);
    const eager = eagerExecutor();
    const plain = eager.compile((x: tf.Tensor) => x, { name: 'plain' });
    await plain.dispose();
    await expect(plain(vector(1))).rejects.toThrow("'plain' was disposed");
  });

  test('bad cache sizes are refused', () => {
    expect(() => executor.compile((x: tf.Tensor) => x, { cacheSize: 0 })).toThrow(/cacheSize 0/);
  });
});

describe('steps', () => {
  test('a loss that is not finite rejects, and the weights stay as they were', async () => {
    const { variables, loss, dispose } = model(4);
    const optimizer = momentum(variables, 0);
    const step = executor.compileStep(loss, optimizer, variables, { name: 'train' });
    const lenient = executor.compileStep(loss, optimizer, variables, { checkFinite: false });
    const [batch] = batches(3, 1);
    await step(batch!, { rate: 0.1 });
    await step(batch!, { rate: Number.POSITIVE_INFINITY });
    await executor.pull();
    const broken = values(variables);
    await expect(step(batch!, { rate: 0.1 })).rejects.toThrow(/step 3 of 'train' is NaN.*weights are unchanged/);
    await executor.pull();
    expect(values(variables)).toEqual(broken);
    expect((await lenient(batch!, { rate: 0.1 })).loss).toBeNaN();
    optimizer.dispose();
    dispose();
  });

  test('scalars are checked by name', async () => {
    const { variables, loss, dispose } = model(4);
    const optimizer = momentum(variables, 0);
    const [batch] = batches(3, 1);
    for (const engine of [executor, eagerExecutor()]) {
      const step = engine.compileStep(loss, optimizer, variables);
      await expect(step(batch!)).rejects.toThrow(/needs the scalar 'rate'/);
      await expect(step(batch!, { rate: 1, decay: 2 })).rejects.toThrow(/'decay'.*'rate'/);
    }
    const frozen = tf.variable(tf.scalar(1), false);
    expect(() => executor.compileStep(loss, optimizer, [frozen])).toThrow(/not trainable/);
    expect(() => executor.compileStep(loss, optimizer, [])).toThrow(/no variables/);
    await expect(
      executor.compileStep(() => tf.zeros([2]) as never, optimizer, variables)({}, { rate: 1 }),
    ).rejects.toThrow(/one number.*\[2\]/);
    frozen.dispose();
    optimizer.dispose();
    dispose();
  });

  test('the same run gives the same bytes', async () => {
    const run = async () => {
      const own = await createExecutor({ provider: 'cpu', threads: 2 });
      const { variables, loss, dispose } = model(4);
      const optimizer = momentum(variables, 0.9);
      const step = own.compileStep(loss, optimizer, variables);
      for (const batch of batches(3, 4)) await step(batch, { rate: 0.1 });
      await own.pull();
      const result = values(variables);
      await own.dispose();
      optimizer.dispose();
      dispose();
      return result;
    };
    expect(await run()).toEqual(await run());
  });

  test('a resumed run equals an uninterrupted one', async () => {
    const run = async (pieces: number[]) => {
      const { variables, loss, dispose } = model(4);
      const optimizer = momentum(variables, 0.9);
      const all = batches(3, 4);
      let start = 0;
      for (const count of pieces) {
        const own = await createExecutor({ provider: 'cpu', threads: 1 });
        const step = own.compileStep(loss, optimizer, variables);
        for (const batch of all.slice(start, start + count)) await step(batch, { rate: 0.1 });
        start += count;
        await own.pull();
        await own.dispose();
      }
      const result = values([...variables, ...optimizer.slots]);
      optimizer.dispose();
      dispose();
      return result;
    };
    expectClose(await run([2, 2]), await run([4]), 0);
  });
});

test('an evaluation during training sees the current weights', async () => {
  const { variables, loss, dispose } = model(9);
  const optimizer = momentum(variables, 0.5);
  const step = executor.compileStep(loss, optimizer, variables);
  const evaluate = executor.compile((inputs) => loss(inputs), { state: variables });
  for (const batch of batches(3, 3)) {
    const [before] = await datum(evaluate(batch));
    expect((await step(batch, { rate: 0.1 })).loss).toBeCloseTo(before!, 6);
  }
  optimizer.dispose();
  dispose();
});
