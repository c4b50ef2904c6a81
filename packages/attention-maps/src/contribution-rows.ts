import { type Matmul, type Matrix, matmul as plain, rowsOf } from '@interlayer/linalg';
import { checkLayer } from './check-layer';
import { relativeGap, requireActivations, requireSum, slotTotals } from './check-sums';
import { decomposition, type Slots, transformedValues } from './contributions';
import { forward } from './forward';
import type { Integration } from './gate';
import type { Layer } from './layer';
import { requireScopes, type Scope, scopesOf, stepsThrough } from './scopes';
import { targetGroups } from './target-groups';

export interface ContributionOptions<S extends Scope = Scope> {
  /** Which scopes; all that the layer has unless given. */
  scopes?: readonly S[];
  /** How the activation is attributed to its summands: `closed-form` unless given. */
  integration?: Integration;
  /** Multiplies matrices; float64 loops unless given. It may round to float32. */
  matmul?: Matmul;
  /**
   * At every target and scope the contributions must sum to what the layer computes, within `tolerance` (see
   * {@link TargetContributions.gaps}): 1e-9 unless given, 1e-4 with `matmul` or `activations`. They are also compared with
   * `activations`, what a model's own forward pass gave at the end of scopes, [n, d] each. False: no check.
   */
  check?: false | { tolerance?: number; activations?: Partial<Record<S, Matrix>> };
}

/** What each token contributes to one target. */
export interface TargetContributions<S extends Scope = Scope> {
  target: number;
  /** By scope: row j is what source j contributes, the last row what the biases do. They sum to the target's state. [n + 1, d] */
  slots: Record<S, Slots>;
  /** By scope: the length of each row of `slots`: [n + 1] */
  norms: Record<S, Float64Array>;
  /** By scope: what the layer itself computes for the target: [d] */
  states: Record<S, Float64Array>;
  /** By scope: ‖Σ slots − state‖ over the larger of ‖state‖ and the largest contribution. */
  gaps: Record<S, number>;
}

/**
 * The contribution vectors of all tokens to each target in turn, at several scopes (Kobayashi et al. 2021 and 2024). Holds
 * the vectors of a few targets at a time, about 512 in all, so memory grows as n · f, never as n² · f.
 *
 * @throws when shapes do not fit, a value is not finite, attention weights do not sum to 1, the layer lacks a scope, or the
 *   contributions do not sum to the layer's output.
 */
export async function* contributionRows<S extends Scope = Scope>(
  layer: Layer,
  options: ContributionOptions<S> = {},
): AsyncGenerator<TargetContributions<S>> {
  const n = layer.input.rows;
  for await (const { others: _, ...row } of passingRows(layer, options)) {
    for (const scope of Object.keys(row.slots) as S[]) {
      row.slots[scope] = withAllSources(row.slots[scope], n);
      row.norms[scope] = withAllSources({ rows: row.norms[scope].length, columns: 1, data: row.norms[scope] }, n).data;
    }
    yield row;
  }
}

/** A copy with a row for each of n sources before that of the biases; those that were left out contribute nothing. */
function withAllSources({ rows, columns, data }: Slots, n: number): Slots {
  const all = new Float64Array((n + 1) * columns);
  all.set(data.subarray(0, (rows - 1) * columns));
  all.set(data.subarray((rows - 1) * columns), n * columns);
  return { rows: n + 1, columns, data: all };
}

/** What {@link passingRows} gives: `slots` and `norms` are of the first sources only, and of the biases behind them. */
export interface PassingRow<S extends Scope> extends TargetContributions<S> {
  /** By scope: the length of the sum of what the tokens other than the target contribute. */
  others: Record<S, number>;
}

/**
 * {@link contributionRows}, without the sources at the end that contribute nothing (in a causal model the later tokens). The
 * slots hold until the next row is asked for: then their arrays are written to again.
 */
export async function* passingRows<S extends Scope = Scope>(
  layer: Layer,
  {
    scopes = scopesOf(layer) as S[],
    integration = 'closed-form',
    matmul = plain,
    check = {},
  }: ContributionOptions<S> = {},
): AsyncGenerator<PassingRow<S>> {
  checkLayer(layer);
  requireScopes(layer, scopes);
  const { rows: n, columns: d } = layer.input;
  const { activations, tolerance } = check ? checkOptions(check, matmul) : { activations: {}, tolerance: 0 };
  for (const [scope, captured] of Object.entries<Matrix>(activations as Record<string, Matrix>)) {
    requireScopes(layer, [scope as Scope]);
    if (!scopes.includes(scope as S))
      throw new Error(`activations has ${scope}, which is not among the scopes; add it there, or leave it out.`);
    requireActivations(scope, captured, n, d);
  }
  const steps = stepsThrough(layer.norm, scopes);
  const pass = await forward(layer, steps, matmul);
  const decompose = decomposition(layer, pass, await transformedValues(layer, pass, matmul), integration, matmul);
  for (const targets of targetGroups(layer.attention, n)) {
    const group = await decompose(targets, steps);
    const slotsEach = targets.sources + 1;
    for (let target = targets.from; target < targets.to; target++) {
      const first = (target - targets.from) * slotsEach;
      const row: PassingRow<S> = { target, slots: {}, norms: {}, states: {}, gaps: {}, others: {} } as never;
      for (const scope of scopes) {
        const slots = rowsOf(group[scope]!, first, first + slotsEach) as Slots;
        const state = (of: Matrix) => rowsOf(of, target, target + 1).data;
        const { norms, sum, others } = slotTotals(slots, target);
        row.slots[scope] = slots;
        row.norms[scope] = norms;
        row.others[scope] = others;
        row.states[scope] = state(pass.states[scope]!) as Float64Array;
        row.gaps[scope] = relativeGap(sum, row.states[scope], row.norms[scope]);
        if (!check) continue;
        requireSum(row.gaps[scope], tolerance, scope, target, "the layer's state");
        const captured = (activations as Partial<Record<Scope, Matrix>>)[scope];
        if (!captured) continue;
        const gap = relativeGap(sum, state(captured), row.norms[scope]);
        requireSum(gap, tolerance, scope, target, 'the captured activation');
      }
      yield row;
    }
  }
}

function checkOptions<S extends Scope>(
  { activations = {}, tolerance }: Exclude<NonNullable<ContributionOptions<S>['check']>, false>,
  matmul: Matmul,
) {
  const rounded = matmul !== plain || Object.keys(activations).length > 0;
  const allowed = tolerance ?? (rounded ? 1e-4 : 1e-9);
  if (!(allowed > 0))
    throw new Error(`check.tolerance is ${allowed}; it must be above 0. Pass check: false for no check.`);
  return { activations, tolerance: allowed };
}
