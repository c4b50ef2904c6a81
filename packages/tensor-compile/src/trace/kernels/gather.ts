import type { Graph } from '../../onnx/graph';
import { constantFrom, fillValue, type Value } from '../../onnx/value';
import { axesOf, type Kernel, movingBools } from '../kernel';
import { add, map, mul } from './elementwise';

const wide = (graph: Graph, indices: Value): Value => graph.cast(indices, 'int64');
const withUnitAxis = (graph: Graph, indices: Value): Value => graph.reshape(indices, [...indices.shape, 1]);

/** Adds (or, without `reduction`, writes) rows into a tensor at positions given by the last axis of `indices`. */
const scatter = (graph: Graph, into: Value, indices: Value, updates: Value, reduction?: 'add'): Value =>
  graph.op('ScatterND', [into, wide(graph, indices), updates], into.type, into.shape, reduction ? { reduction } : {});

export const gather: Record<string, Kernel> = {
  GatherV2: (graph, { x, indices }, { axis, batchDims }) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    if (batchDims > 0) {
      if (at !== batchDims)
        throw new Error(`tf.gather with batchDims ${batchDims} and axis ${at} cannot be traced: they must be equal.`);
      const shape = [...indices!.shape, ...x!.shape.slice(at + 1)];
      return graph.op('GatherND', [x!, wide(graph, withUnitAxis(graph, indices!))], x!.type, shape, {
        batch_dims: batchDims,
      });
    }
    const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)];
    return graph.op('Gather', [x!, indices!], x!.type, shape, { axis: at });
  },
  GatherNd: movingBools((graph, { params, indices }) => {
    const depth = indices!.shape[indices!.shape.length - 1]!;
    const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
    return graph.op('GatherND', [params!, wide(graph, indices!)], params!.type, shape);
  }),
  ScatterNd: (graph, { indices, updates }, { shape }) =>
    scatter(graph, fillValue(updates!.type, shape, 0), indices!, updates!, 'add'),
  TensorScatterUpdate: (graph, { tensor, indices, updates }) => scatter(graph, tensor!, indices!, updates!),
  // The gradient of a gather. Its indices are those of the gather, so none is negative.
  UnsortedSegmentSum: (graph, { x, segmentIds }, { numSegments }) => {
    const shape = [numSegments, ...x!.shape.slice(segmentIds!.shape.length)];
    return scatter(graph, fillValue(x!.type, shape, 0), withUnitAxis(graph, segmentIds!), x!, 'add');
  },
  // A comparison with 0 … depth − 1: as in tfjs an index outside of it gives no "on" at all.
  OneHot: (graph, { indices }, { depth, onValue, offValue, dtype }) => {
    const positions = constantFrom('int32', [depth], [...Array(depth).keys()]);
    const type = dtype ?? 'int32';
    const hit = graph.cast(
      map(graph, 'Equal', [withUnitAxis(graph, graph.cast(indices!, 'int32')), positions], 'bool'),
      type,
    );
    if (type === 'bool') return hit;
    return add(graph, mul(graph, hit, graph.scalar(onValue - offValue, type)), graph.scalar(offValue, type));
  },
  TopK: (graph, { x }, { k, sorted }) => {
    const shape = [...x!.shape.slice(0, -1), k];
    const [values, positions] = graph.emit(
      'TopK',
      [x!, graph.ints([k])],
      [
        { type: x!.type, shape },
        { type: 'int64', shape },
      ],
      { axis: x!.shape.length - 1, largest: 1, sorted: sorted ? 1 : 0 },
    );
    return [values!, graph.positions(positions!, x!.shape[x!.shape.length - 1]!)];
  },
};
