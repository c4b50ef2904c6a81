import type { Graph } from '../../onnx/graph';
import { constantFrom, fillValue, type Value } from '../../onnx/value';
import { axesOf, type Kernel, movingBools } from '../kernel';
import { requireIndices, requireNumbers } from '../requirements';
import { map, where } from './elementwise';

const wide = (graph: Graph, indices: Value): Value => graph.cast(indices, 'int64');
const withUnitAxis = (graph: Graph, indices: Value): Value => graph.reshape(indices, [...indices.shape, 1]);
const depthOf = (indices: Value): number => indices.shape[indices.shape.length - 1]!;

/** Adds (or, without `reduction`, writes) rows into a tensor at positions given by the last axis of `indices`. */
const scatter = (graph: Graph, into: Value, indices: Value, updates: Value, reduction?: 'add'): Value =>
  graph.op('ScatterND', [into, wide(graph, indices), updates], into.type, into.shape, reduction ? { reduction } : {});

/** The same for unchecked indices. */
const scatterAt = (
  graph: Graph,
  into: Value,
  indices: Value,
  updates: Value,
  taker: string,
  reduction?: 'add',
): Value =>
  scatter(
    graph,
    into,
    requireIndices(graph, indices, into.shape.slice(0, depthOf(indices)), taker),
    updates,
    reduction,
  );

export const gather: Record<string, Kernel> = {
  GatherV2: (graph, { x, indices }, { axis, batchDims }) => {
    const at = axesOf(axis, x!.shape.length)[0]!;
    const inside = requireIndices(graph, indices!, [x!.shape[at]!], 'tf.gather');
    if (batchDims > 0) {
      if (at !== batchDims)
        throw new Error(`tf.gather with batchDims ${batchDims} and axis ${at} cannot be compiled: they must be equal.`);
      const shape = [...indices!.shape, ...x!.shape.slice(at + 1)];
      return graph.op('GatherND', [x!, wide(graph, withUnitAxis(graph, inside))], x!.type, shape, {
        batch_dims: batchDims,
      });
    }
    const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)];
    return graph.op('Gather', [x!, inside], x!.type, shape, { axis: at });
  },
  GatherNd: movingBools((graph, { params, indices }) => {
    const depth = depthOf(indices!);
    const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
    const inside = requireIndices(graph, indices!, params!.shape.slice(0, depth), 'tf.gatherND');
    return graph.op('GatherND', [params!, wide(graph, inside)], params!.type, shape);
  }),
  ScatterNd: (graph, { indices, updates }, { shape }) =>
    scatterAt(graph, fillValue(updates!.type, shape, 0), indices!, updates!, 'tf.scatterND', 'add'),
  TensorScatterUpdate: (graph, { tensor, indices, updates }) =>
    scatterAt(graph, tensor!, indices!, updates!, 'tf.tensorScatterUpdate'),
  // The gradient of a gather.
  UnsortedSegmentSum: (graph, { x, segmentIds }, { numSegments }) => {
    const shape = [numSegments, ...x!.shape.slice(segmentIds!.shape.length)];
    const inside = requireIndices(graph, segmentIds!, [numSegments], 'tf.unsortedSegmentSum');
    return scatter(graph, fillValue(x!.type, shape, 0), withUnitAxis(graph, inside), x!, 'add');
  },
  // A comparison with 0 … depth − 1: as in tfjs, an index out of range has no "on".
  OneHot: (graph, { indices }, { depth, onValue, offValue, dtype }) => {
    const positions = constantFrom('int32', [depth], [...Array(depth).keys()]);
    const type = dtype ?? 'int32';
    const hit = map(graph, 'Equal', [withUnitAxis(graph, graph.cast(indices!, 'int32')), positions], 'bool');
    return onValue === 1 && offValue === 0
      ? graph.cast(hit, type)
      : where(graph, hit, graph.scalar(onValue, type), graph.scalar(offValue, type));
  },
  TopK: (graph, { x }, { k, sorted }) => {
    requireNumbers(graph, x!, 'tf.topk');
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
