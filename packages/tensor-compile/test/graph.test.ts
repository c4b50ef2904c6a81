import { values } from '@interlayer/test-kit';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { dialects, Graph } from '../src/onnx/graph';
import { writeModel } from '../src/onnx/model';
import { MessageWriter } from '../src/onnx/protobuf';
import { constantFrom, type Value } from '../src/onnx/value';

/** Decodes one message by the protobuf specification: field number → values. */
function decode(bytes: Uint8Array): Map<number, (bigint | Uint8Array | number)[]> {
  const fields = new Map<number, (bigint | Uint8Array | number)[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field = key >> 3;
    let value: bigint | Uint8Array | number;
    if ((key & 7) === 0) value = varint();
    else if ((key & 7) === 5) {
      value = view.getFloat32(at, true);
      at += 4;
    } else {
      const length = Number(varint());
      value = bytes.subarray(at, at + length);
      at += length;
    }
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

describe('the protobuf writer', () => {
  test('writes what a reader of the wire format reads', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        values(),
        fc.uint8Array({ maxLength: 300 }),
        fc.string(),
        (n, x, bytes, text) => {
          const message = new MessageWriter().int(1, n).float(2, x).bytes(3, bytes);
          message.message(20, (inner) => inner.string(1, text).bytes(2, bytes).int(3, n)).int(4, 7);
          const outer = decode(message.finish());
          expect(BigInt.asIntN(64, outer.get(1)![0] as bigint)).toBe(n);
          expect(outer.get(2)).toEqual([x]);
          expect(outer.get(3)).toEqual([bytes]);
          expect(outer.get(4)).toEqual([7n]);
          const inner = decode(outer.get(20)![0] as Uint8Array);
          expect(new TextDecoder().decode(inner.get(1)![0] as Uint8Array)).toBe(text);
          expect(inner.get(2)).toEqual([bytes]);
        },
      ),
      { seed: 3 },
    );
  });
});

describe('the graph', () => {
  const model = (graph: Graph, inputs: Record<string, Value>, outputs: Value[]) =>
    writeModel(
      graph,
      Object.entries(inputs).map(([name, value]) => ({ name, value })),
      graph.outputs(outputs).map((value, i) => ({ name: `y${i}`, value })),
    );
  const operators = (...args: Parameters<typeof model>) => Object.fromEntries(model(...args).operators);
  const setup = () => {
    const graph = new Graph(dialects.cpu);
    return {
      graph,
      x: graph.input('x', 'float32', [2, 3]),
      w: graph.input('w', 'float32', [3, 4]),
      b: graph.input('b', 'float32', [4]),
    };
  };
  const gemm = (graph: Graph, x: Value, w: Value) =>
    graph.op('Gemm', [x, w], 'float32', [2, 4], { transA: 0, transB: 0 });

  test('keeps equal nodes and equal constants once, and drops dead ones', () => {
    const { graph, x } = setup();
    const twice = () => graph.op('Mul', [x, constantFrom('float32', [3], [1, 2, 3])], 'float32', [2, 3]);
    graph.op('Exp', [x], 'float32', [2, 3]);
    const sum = graph.op('Add', [twice(), twice()], 'float32', [2, 3]);
    const { operators, bytes } = model(graph, { x }, [sum]);
    expect(Object.fromEntries(operators)).toEqual({ Mul: 1, Add: 1 });
    expect(decode(decode(bytes).get(7)![0] as Uint8Array).get(5)).toHaveLength(1);
  });

  test('tells constants apart that differ by sign of zero, shape or type', () => {
    const { graph, x } = setup();
    const parts = [constantFrom('float32', [2], [0, 1]), constantFrom('float32', [2], [-0, 1]), constantFrom('int32', [2], [0, 1]), constantFrom('float32', [1, 2], [0, 1])]; // biome-ignore format: a list
    const outputs = parts.map((part) => graph.op('Shape', [part], 'int64', [part.shape.length]));
    expect(new Set(outputs).size).toBe(4);
    expect(graph.op('Shape', [constantFrom('float32', [2], [-0, 1])], 'int64', [1])).toBe(outputs[1]);
    expect(model(graph, { x }, outputs).inputs).toEqual([]);
  });

  test('lets Gemm add the bias, also behind a reshape', async () => {
    const { graph, x, w, b } = setup();
    const product = gemm(graph, x, w);
    const direct = graph.op('Add', [b, product], 'float32', [2, 4]);
    expect(operators(graph, { x, w, b }, [direct])).toEqual({ Gemm: 1 });
    const cube = graph.reshape(product, [1, 2, 4]);
    const reshaped = graph.op('Add', [cube, b], 'float32', [1, 2, 4]);
    expect(operators(graph, { x, w, b }, [reshaped])).toEqual({ Gemm: 1, Reshape: 1 });
    const session = await ort.InferenceSession.create(model(graph, { x, w, b }, [reshaped]).bytes);
    const feeds = {
      x: new ort.Tensor('float32', [1, 0, 0, 0, 1, 0], [2, 3]),
      w: new ort.Tensor('float32', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
      b: new ort.Tensor('float32', [100, 200, 300, 400], [4]),
    };
    const { y0 } = await session.run(feeds);
    expect([...(y0!.data as Float32Array)]).toEqual([101, 202, 303, 404, 105, 206, 307, 408]);
  });

  test('lets Gemm add another branch of the same shape, also behind a reshape', async () => {
    const { graph, x, w } = setup();
    const skip = graph.input('s', 'float32', [1, 2, 4]);
    const cube = graph.reshape(gemm(graph, x, w), [1, 2, 4]);
    const sum = graph.op('Add', [skip, cube], 'float32', [1, 2, 4]);
    expect(operators(graph, { x, w, s: skip }, [sum])).toEqual({ Gemm: 1, Reshape: 2 });
    const session = await ort.InferenceSession.create(model(graph, { x, w, s: skip }, [sum]).bytes);
    const feeds = {
      x: new ort.Tensor('float32', [1, 0, 0, 0, 1, 0], [2, 3]),
      w: new ort.Tensor('float32', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
      s: new ort.Tensor('float32', [10, 20, 30, 40, 50, 60, 70, 80], [1, 2, 4]),
    };
    expect([...((await session.run(feeds)).y0!.data as Float32Array)]).toEqual([11, 22, 33, 44, 55, 66, 77, 88]);
    // Of two products one is the other's term.
    const both = graph.op('Add', [gemm(graph, x, w), gemm(graph, graph.op('Exp', [x], 'float32', [2, 3]), w)], 'float32', [2, 4]); // biome-ignore format: a sum
    expect(operators(graph, { x, w }, [both])).toEqual({ Exp: 1, Gemm: 2 });
  });

  test('sums columns with a product, in float32 on the CPU', async () => {
    const sums = (graph: Graph) => {
      const t = graph.input('t', 'float32', [10, 20, 40]);
      const sum = (x: Value, axes: number[], shape: number[], keepdims = 0) =>
        graph.op('ReduceSum', [x, graph.ints(axes)], 'float32', shape, { keepdims });
      const kept = sum(t, [0, 1], [1, 1, 40], 1);
      const flat = sum(graph.reshape(t, [200, 40]), [0], [40]);
      return { t, outputs: [kept, flat, sum(t, [1], [10, 40]), sum(t, [0], [20, 40]), sum(t, [0, 1, 2], [])] };
    };
    const graph = new Graph(dialects.cpu);
    const { t, outputs } = sums(graph);
    const { operators: counts, bytes } = model(graph, { t }, outputs);
    // Neither inner axes, nor few rows, nor everything.
    expect([counts.get('Gemm'), counts.get('ReduceSum')]).toEqual([2, 3]);
    const data = Float32Array.from({ length: 8000 }, (_, i) => Math.sin(i));
    const session = await ort.InferenceSession.create(bytes);
    const found = await session.run({ t: new ort.Tensor('float32', data, [10, 20, 40]) });
    for (const [name, shape] of [
      ['y0', [1, 1, 40]],
      ['y1', [40]],
    ] as const) {
      // biome-ignore format: a list
      expect(found[name]!.dims).toEqual(shape);
      for (const [column, value] of (found[name]!.data as Float32Array).entries())
        expect(value).toBeCloseTo(
          data.reduce((sum, x, i) => (i % 40 === column ? sum + x : sum), 0),
          4,
        );
    }
    const standard = new Graph(dialects.standard);
    const { t: same, outputs: asThey } = sums(standard);
    expect(operators(standard, { t: same }, asThey)).not.toHaveProperty('Gemm');
    const halves = new Graph(dialects.cpu);
    const { t: again, outputs: full } = sums(halves);
    const values = halves.outputs(full).map((value, i) => ({ name: `y${i}`, value }));
    const half = writeModel(halves, [{ name: 't', value: again }], values, { precision: 'float16' });
    expect(half.operators.has('Gemm')).toBe(false);
  });

  test('does not change a product with other readers, or a bias that is not one number per column', () => {
    const { graph, x, w, b } = setup();
    const product = gemm(graph, x, w);
    const sum = graph.op('Add', [product, b], 'float32', [2, 4]);
    expect(operators(graph, { x, w, b }, [sum, product])).toEqual({ Gemm: 1, Add: 1 });
    const column = graph.input('c', 'float32', [2, 1]);
    const other = graph.op('Add', [product, column], 'float32', [2, 4]);
    expect(operators(graph, { x, w, c: column }, [other])).toEqual({ Gemm: 1, Add: 1 });
    const wider = graph.input('d', 'float32', [5, 2, 4]);
    expect(operators(graph, { x, w, d: wider }, [graph.op('Add', [product, wider], 'float32', [5, 2, 4])])).toEqual({
      Gemm: 1,
      Add: 1,
    });
  });

  test('lets products carry factors of operands and of themselves', async () => {
    const { graph, x, w } = setup();
    const times = (value: Value, factor: number) =>
      graph.op('Mul', [graph.scalar(factor), value], 'float32', value.shape);
    const half = times(x, 0.5);
    const product = times(gemm(graph, half, w), 4);
    expect(operators(graph, { x, w }, [product])).toEqual({ Gemm: 1 });
    const session = await ort.InferenceSession.create(model(graph, { x, w }, [product]).bytes);
    const feeds = {
      x: new ort.Tensor('float32', [1, 0, 0, 0, 1, 0], [2, 3]),
      w: new ort.Tensor('float32', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
    };
    expect([...((await session.run(feeds)).y0!.data as Float32Array)]).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    // If something else reads the scaled operand, it has to exist anyway.
    expect(operators(graph, { x, w }, [product, graph.op('Exp', [half], 'float32', [2, 3])])).toEqual({
      Mul: 1,
      Gemm: 1,
      Exp: 1,
    });
    // Only onnxruntime's own batched product has a factor.
    const batched = (own: Graph) => {
      const q = own.input('q', 'float32', [2, 2, 3]);
      const product = own.op('MatMul', [q, own.transpose(q, [0, 2, 1])], 'float32', [2, 2, 2]);
      return operators(own, { q }, [own.op('Mul', [product, own.scalar(0.5)], 'float32', [2, 2, 2])]);
    };
    expect(batched(new Graph(dialects.cpu))).toEqual({ Transpose: 1, FusedMatMul: 1 });
    expect(batched(new Graph(dialects.standard))).toEqual({ Transpose: 1, MatMul: 1, Mul: 1 });
  });

  test('scatters into the other summand', async () => {
    const { graph, x, b } = setup();
    const zeros = { type: 'float32', shape: [2, 3], source: { kind: 'fill', fill: 0 } } as const;
    const indices = constantFrom('int64', [2, 1], [1, 1]);
    const updates = constantFrom('float32', [2, 3], [1, 2, 3, 4, 5, 6]);
    const scattered = graph.op('ScatterND', [zeros, indices, updates], 'float32', [2, 3], { reduction: 'add' });
    const sum = graph.op('Add', [x, scattered], 'float32', [2, 3]);
    expect(operators(graph, { x, b }, [sum])).toEqual({ ScatterND: 1 });
    const session = await ort.InferenceSession.create(model(graph, { x }, [sum]).bytes);
    const { y0 } = await session.run({ x: new ort.Tensor('float32', [1, 1, 1, 1, 1, 1], [2, 3]) });
    expect([...(y0!.data as Float32Array)]).toEqual([1, 1, 1, 6, 8, 10]);
  });

  test('joins chains of reshapes and of transposes', () => {
    const { graph, x } = setup();
    expect(graph.reshape(graph.reshape(x, [6]), [2, 3])).toBe(x);
    expect(graph.transpose(graph.transpose(x, [1, 0]), [1, 0])).toBe(x);
    const moved = graph.transpose(graph.reshape(x, [1, 2, 3]), [1, 0, 2]);
    expect(operators(graph, { x }, [moved])).toEqual({ Reshape: 1 });
  });

  test('says when the constants are too large for one file', () => {
    const { graph } = setup();
    // The memory is never touched: only the size is read.
    const huge: Value = {
      type: 'float32',
      shape: [2 ** 15, 2 ** 14],
      source: { kind: 'constant', data: { length: 2 ** 29, byteLength: 2 ** 31 } as never },
    };
    const y = graph.op('Exp', [huge], 'float32', huge.shape);
    expect(() => writeModel(graph, [], [{ name: 'y', value: y }])).toThrow(/2\.00 GiB.*'state'/);
  });
});
