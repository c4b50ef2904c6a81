import { seedFrom } from '@interlayer/stats';
import * as tf from '@tensorflow/tfjs-core';
import { type Checked, type Edit, edit } from './edit';
import { type At, within } from './extent';
import type { HookEvent } from './tap';

/** What an intervention does. Vectors run along the last axis. */
export type InterventionKind =
  /** Sets values to 0. */
  | { kind: 'zero'; params?: Record<string, never> }
  /** Sets values to a number or a vector, such as the mean over a data set. */
  | { kind: 'set'; params: { value: number | readonly number[] } }
  /** Adds a number or a vector, times `scale` (default 1). */
  | { kind: 'add'; params: { value: number | readonly number[]; scale?: number } }
  /** Multiplies by a number or a vector. */
  | { kind: 'scale'; params: { factor: number | readonly number[] } }
  /** Sets each row to the mean of all rows of the same value (rows: every axis but the last). */
  | { kind: 'mean'; params?: Record<string, never> }
  /** Removes the component along a direction: x − d(d·x)/(d·d). */
  | { kind: 'project'; params: { direction: readonly number[] } }
  /** Adds normal noise, the same for the same seed, point, call and shape. */
  | { kind: 'noise'; params: { standardDeviation: number; seed: number } };

/** A change at some points as plain data, which can be stored, compared and hashed. */
export type Intervention<S extends string | readonly string[] = string | readonly string[]> = {
  /** A name, a glob, or a list of both. */
  readonly point: S;
  /** Default: the whole value. */
  readonly at?: At;
} & InterventionKind;

type Change = (value: tf.Tensor, event: HookEvent) => tf.Tensor;

const numeric = (x: unknown): x is number => typeof x === 'number' && Number.isFinite(x);

function bad(kind: string, parameter: string, expected: string, value: unknown): never {
  throw new Error(
    `The intervention "${kind}" has params.${parameter} = ${JSON.stringify(value)}; expected ${expected}.`,
  );
}

function number(kind: string, parameter: string, value: unknown): number {
  return numeric(value) ? value : bad(kind, parameter, 'a finite number', value);
}

function vector(kind: string, parameter: string, value: unknown): readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every(numeric)
    ? value
    : bad(kind, parameter, 'a list of finite numbers', value);
}

/** Checks the parameter now; makes the tensor, which broadcasts along the last axis, once the value is known. */
function operand(kind: string, parameter: string, given: unknown): (value: tf.Tensor, event: HookEvent) => tf.Tensor {
  if (typeof given === 'number') {
    const scalar = number(kind, parameter, given);
    return () => tf.scalar(scalar);
  }
  const values = vector(kind, parameter, given);
  return ({ shape }, { point }) => {
    if (shape[shape.length - 1] !== values.length) {
      throw new Error(
        `The intervention "${kind}" has ${values.length} numbers in params.${parameter}, but "${point}" has shape ` +
          `[${shape.join(', ')}]; the last axis needs ${shape[shape.length - 1] ?? 1}.`,
      );
    }
    return tf.tensor1d(values as number[]);
  };
}

function changeOf(intervention: Intervention): Change {
  const { kind } = intervention;
  // The data may come from a file: without params, the error should name the parameter.
  const params = (intervention.params ?? {}) as Record<string, unknown>;
  switch (kind) {
    case 'zero':
      return (value) => tf.zerosLike(value);
    case 'set': {
      const constant = operand(kind, 'value', params.value);
      return (value, event) => tf.add(tf.zerosLike(value), constant(value, event));
    }
    case 'add': {
      const term = operand(kind, 'value', params.value);
      const scale = number(kind, 'scale', params.scale ?? 1);
      return (value, event) => tf.add(value, tf.mul(term(value, event), scale));
    }
    case 'scale': {
      const factor = operand(kind, 'factor', params.factor);
      return (value, event) => tf.mul(value, factor(value, event));
    }
    case 'mean':
      return (value) => {
        const rows = value.shape.slice(0, -1).map((_, i) => i);
        return rows.length === 0 ? value : tf.add(tf.zerosLike(value), tf.mean(value, rows, true));
      };
    case 'project': {
      const values = vector(kind, 'direction', params.direction);
      const length = Math.hypot(...values);
      if (length === 0) bad(kind, 'direction', 'a direction that is not zero', values);
      const unit = operand(
        kind,
        'direction',
        values.map((x) => x / length),
      );
      return (value, event) => {
        const d = unit(value, event);
        return tf.sub(value, tf.mul(d, tf.sum(tf.mul(value, d), -1, true)));
      };
    }
    case 'noise': {
      const deviation = number(kind, 'standardDeviation', params.standardDeviation);
      const seed = number(kind, 'seed', params.seed);
      return (value, { point, call }) =>
        tf.add(
          value, // Each point and call gets noise of its own.
          tf.randomNormal(value.shape, 0, deviation, 'float32', seedFrom(seed, point, call)),
        );
    }
    default:
      throw new Error(
        `"${(intervention as { kind: unknown }).kind}" is not a kind of intervention; choose one of zero, set, add, ` +
          'scale, mean, project, noise.',
      );
  }
}

/**
 * Turns an intervention, which is plain data, into an edit. Works on float32 values.
 *
 * @throws Error for an unknown kind, or a parameter that is missing or not finite; during the run, for a vector or an
 *   extent that does not fit the shape at the point.
 */
export function intervention<const S extends string | readonly string[]>(data: Intervention<S>): Edit<Checked<S>> {
  const { point, at } = data;
  const change = changeOf(data);
  return edit(point as S, (value, event) => within(at, value, change(value, event), event.point));
}
