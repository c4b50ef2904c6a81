import type { ConditionControl } from '../conditions/condition';
import type { Bench, Material } from '../materials/material';
import { type Criteria, estimateCriteria } from './criterion';
import { type Estimate, Estimator } from './estimator';
import { reasonOf } from './reason';
import {
  type ClaimRecord,
  type ControlRecord,
  type ControlResult,
  type Criterion,
  claimSchema,
  type Figure,
  type Headline,
  type Need,
  parseAs,
  type Result,
  SCHEMA_VERSION,
  type Table,
} from './schema';
import type { Statistic, Units } from './statistic';
import { judge, verdictOf, withJudgement } from './verdict';

/** What every material brings that a claim is measured on. */
export interface Sample {
  units: Units;
  dropped: Result['dropped'];
  /** How what is measured differs from the paper's experiment. */
  deviations: string[];
}

/** What measuring gave on the trained model and under each condition among the claim's controls. */
export type Measured<S> = { ours: S } & Readonly<Record<'untrained' | 'shuffled' | 'permuted', S>>;

/** What lines and panels are called, and how the untrained model started. */
export type Names = Readonly<Record<'subject' | 'ours' | 'untrained' | 'shuffled' | 'start', string>>;

/** What a claim's sentence, figures and tables are made of. */
export type Shown<S> = Measured<S> & {
  names: Names;
  /** Estimates with intervals, at 95 % unless another level is given. */
  estimate(statistics: readonly Statistic[], level?: number): Estimate[];
};

/** A control of the measurement itself, beside those that are models under a condition. */
export interface CheckControl<M, S> {
  record: ControlRecord;
  /** `materials` and `measured` by condition, in the order of the controls; the trained model comes first. */
  check(materials: readonly M[], measured: readonly S[], bench: Bench): Promise<Outcome> | Outcome;
}

interface Outcome {
  passed: boolean;
  detail: string;
}

export interface ClaimSpec<M extends Sample, S> {
  title: string;
  locator: string;
  /** What the paper says, in our words; of an extension, what we ask. */
  says: string;
  kind?: ClaimRecord['kind'];
  estimand: string;
  /** Where the expectations behind the criteria come from, where that is not where those of the material do. */
  source?: string;
  material: Material<M>;
  needs?: readonly Need[];
  /** It rests on times. */
  timed?: true;
  /** What speaks against the claim elsewhere, each with its source. */
  contrary?: readonly string[];
  restsOn?: readonly string[];
  derivedFrom?: readonly string[];
  /** What measuring costs besides the material. */
  budget?: ClaimRecord['budget'];
  measure(material: NoInfer<M>, bench: Bench): S | Promise<S>;
  /** Asked of the trained model and of every condition that the claim uses as a control. */
  criteria(measured: NoInfer<S>, all: Measured<NoInfer<S>>): Criteria;
  /** The one number to remember: a statistic, or a number that was counted. */
  headline(measured: NoInfer<S>): readonly [name: string, unit: string, of: Statistic | number];
  /** Units of resampling, where they are not those of the material. */
  n?(measured: NoInfer<S>): number;
  sentence(shown: Shown<NoInfer<S>>): string;
  /** What a control was measured to do. */
  detail?(measured: NoInfer<S>): string;
  controls: readonly (ConditionControl | CheckControl<NoInfer<M>, NoInfer<S>>)[];
  /** Further ones than those of the material. */
  deviations?(measured: NoInfer<S>): string[];
  figure?(shown: Shown<NoInfer<S>>): Figure | Figure[];
  table?(shown: Shown<NoInfer<S>>): Table | Table[] | undefined;
}

/** What measuring gives; the record of the result adds who was measured. */
export type Measurement = Pick<
  Result,
  | 'verdict'
  | 'reason'
  | 'sentence'
  | 'headline'
  | 'n'
  | 'dropped'
  | 'criteria'
  | 'controls'
  | 'deviations'
  | 'figures'
  | 'tables'
>;

export interface Claim {
  record: ClaimRecord;
  material: Material<unknown>;
  /** What the material is made of: the trained model, then the model under each condition that is a control. */
  conditions: readonly string[];
  /** Measures the claim on the subject whose bench it is. */
  measure(bench: Bench, names: Names): Promise<Measurement>;
}

const isCondition = <M, S>(control: ConditionControl | CheckControl<M, S>): control is ConditionControl =>
  'condition' in control;

/** Makes a claim. Throws one error that names every fault of its record. */
export function claim<M extends Sample, S>(id: string, spec: ClaimSpec<M, S>): Claim {
  return {
    record: recordOf(id, spec),
    material: spec.material as Material<unknown>,
    conditions: ['trained', ...spec.controls.filter(isCondition).map(({ condition }) => condition.id)],
    measure: (bench, names) => measureClaim(spec, bench, names),
  };
}

function recordOf<M extends Sample, S>(id: string, spec: ClaimSpec<M, S>): ClaimRecord {
  const { title, locator, says, estimand, material, source = material.source } = spec;
  const { timed, contrary, restsOn, derivedFrom } = spec;
  const { kind = 'measured', budget = { seconds: 120, megabytes: 1500 } } = spec;
  const record = parseAs(
    claimSchema,
    {
      schemaVersion: SCHEMA_VERSION,
      id,
      title,
      locator,
      claim: says,
      kind,
      estimand: material.sample ? `${estimand}; ${material.sample}` : estimand,
      source,
      controls: spec.controls.map((control) => control.record),
      ...(timed ? { timed } : {}),
      ...(contrary ? { contrary } : {}),
      ...(restsOn ? { restsOn } : {}),
      ...(derivedFrom ? { derivedFrom } : {}),
      needs: [...new Set([...material.needs, ...(spec.needs ?? [])])],
      budget,
    },
    `The record of ${id}`,
  );
  if (
    (kind === 'measured' || kind === 'extension') &&
    !spec.controls.some((control) => isCondition(control) && control.condition.id === 'untrained')
  )
    throw new Error(`${id} is measured, so the untrained model of the same shape is among its controls.`);
  return record;
}

async function measureClaim<M extends Sample, S>(
  spec: ClaimSpec<M, S>,
  bench: Bench,
  names: Names,
): Promise<Measurement> {
  const conditions = spec.controls.filter(isCondition);
  const materials: M[] = [];
  const measured: S[] = [];
  for (const condition of ['trained', ...conditions.map(({ condition }) => condition.id)]) {
    materials.push(await bench.get(spec.material, condition));
    measured.push(await spec.measure(materials.at(-1)!, bench));
  }
  const [ours, ...controls] = measured;
  const all = { ours: ours! } as Measured<S>;
  for (const [i, { condition }] of conditions.entries()) Object.assign(all, { [condition.id]: controls[i] });
  const estimator = new Estimator(bench.seed);
  const shown: Shown<S> = { ...all, names, estimate: (statistics, level) => estimator.estimate(statistics, level) };
  const headline = spec.headline(ours!);
  const criteria = estimateCriteria(
    spec.criteria(ours!, all),
    estimator,
    bench.scale,
    headline.filter((each) => typeof each === 'object'),
  );
  const askedOf = (i: number): Criterion[] => {
    const asked = Object.entries(spec.criteria(controls[i]!, all)).filter(
      ([, [, { options }]]) => !options.notAskedOf?.includes(conditions[i]!.condition.id),
    );
    return estimateCriteria(Object.fromEntries(asked), estimator, bench.scale);
  };
  const outcomes: ControlResult[] = [];
  for (const control of spec.controls) {
    const { name, kind } = control.record;
    if (isCondition(control)) {
      const i = conditions.indexOf(control);
      const note = control.condition.note?.(names);
      outcomes.push({
        name,
        kind,
        ...judgeControl(control, askedOf(i), [spec.detail?.(controls[i]!), note]),
      });
    } else {
      const { passed, detail } = await control.check(materials, measured, bench);
      outcomes.push({ name, kind, outcome: passed ? 'passed' : 'failed', detail });
    }
  }
  const n = spec.n?.(ours!) ?? materials[0]!.units.clusters.length;
  const judged = criteria.map((criterion) => withJudgement(criterion, n));
  return {
    verdict: verdictOf(criteria, outcomes),
    reason: reasonOf(judged, outcomes),
    sentence: spec.sentence(shown),
    headline: headlineOf(headline, estimator),
    n,
    dropped: materials[0]!.dropped,
    criteria: judged,
    controls: outcomes,
    deviations: [...materials[0]!.deviations, ...(spec.deviations?.(ours!) ?? [])],
    figures: [spec.figure?.(shown) ?? []].flat(),
    tables: [spec.table?.(shown) ?? []].flat(),
  };
}

function headlineOf([name, unit, of]: readonly [string, string, Statistic | number], estimator: Estimator): Headline {
  if (typeof of === 'number') return { name, unit, method: 'counted', value: of, monteCarloError: 0 };
  const { estimate, interval, monteCarloError } = estimator.estimate([of])[0]!;
  return { name, unit, method: of.units.method, value: estimate, interval, monteCarloError };
}

/** A judged condition fails where every criterion that is asserted holds there as well. */
function judgeControl(
  { judged }: ConditionControl,
  criteria: readonly Criterion[],
  details: readonly (string | undefined)[],
): Pick<ControlResult, 'outcome' | 'detail'> {
  const joined = (...texts: readonly (string | undefined)[]) => texts.filter(Boolean).join('; ');
  if (criteria.length === 0) return { outcome: 'reported', detail: joined(...details) };
  const asserted = criteria.filter(({ notAsserted }) => notAsserted === undefined);
  const held = asserted.filter((criterion) => judge(criterion).status === 'holds').map(({ name }) => name);
  const fails = asserted.length > 0 && held.length === asserted.length;
  const holding =
    asserted.length === 0
      ? 'nothing is asserted of it at this scale'
      : held.length
        ? `holds there too: ${held.join(', ')}`
        : 'no criterion holds there';
  return {
    outcome: !judged || asserted.length === 0 ? 'reported' : fails ? 'failed' : 'passed',
    detail: joined(...details, holding),
  };
}
