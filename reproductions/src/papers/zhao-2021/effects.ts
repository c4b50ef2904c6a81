import { mean, weightedMean } from '@interlayer/stats';
import { above, type CheckControl, draw, effect, stat } from '../../claim';
import type { Shown } from '../../claim/claim';
import type { Figure, Table } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import { CONTROL, type Continued } from './materials/continued';
import type { Intervened } from './materials/interventions';
import type { Kind } from './materials/kinds';
import type { TokenScores } from './materials/token-scores';
import type { Outcome } from './materials/trainer';

type When = keyof Outcome;

/** Mean accuracy (percent) or loss (nats) of each model. */
const meansOf = (
  { names, units }: Pick<Continued, 'names' | 'units'>,
  label: string,
  scores: (model: number) => TokenScores,
  of: keyof TokenScores = 'accuracy',
): Statistic[] =>
  names.map((name, model) => stat.statistic(units, `${name}, ${label}`, weightedMean(scores(model)[of])));

/** Accuracy of each model right after a trial's changes, or after further training. */
export const accuracyOf = (continued: Continued, trial: string, when: When): Statistic[] =>
  meansOf(continued, trial, (model) => continued.models[model]![trial]![when]);

/** Points by which a changed model lies below the unchanged one, which had the same training. */
export const lost = (continued: Continued, trial: string, when: When): Statistic[] =>
  stat.excess(accuracyOf(continued, CONTROL, when), accuracyOf(continued, trial, when), trial).map(named(continued));

const named =
  ({ names }: Pick<Continued, 'names'>) =>
  (each: Statistic, model: number): Statistic => ({ ...each, label: `${names[model]}, ${each.label}` });

/** Points that further training brought back after some trials, and those beyond a share of what was lost. */
export function recovery(
  continued: Continued,
  trials: readonly string[],
  share = 0.6,
): Record<'some' | 'most', Statistic[]> {
  const [before, after] = (['before', 'after'] as const).map((when) =>
    trials.flatMap((trial) => lost(continued, trial, when)),
  );
  const left = before!.map(({ units, label, of }) =>
    stat.statistic(units, label, (weights) => (1 - share) * of(weights)),
  );
  return { some: stat.excess(before!, after!), most: stat.excess(left, after!) };
}

/** "15.2 to 8.1 and 14.9 to 8.0": points lost right after, and after further training, for each model. */
export const fromTo = (continued: Continued, trial: string): string =>
  lost(continued, trial, 'before')
    .map((before, model) => `${stat.list([before], 1)} to ${stat.list([lost(continued, trial, 'after')[model]!], 1)}`)
    .join(' and ');

/** Points lost right after a change of one layer: [model][layer]. */
export const lostAlone = (intervened: Intervened, kind: Kind): Statistic[][] => {
  const own = accuracyOf(intervened, CONTROL, 'before');
  return intervened.direct.map((direct, model) =>
    direct[kind].alone.map(({ accuracy }, layer) => {
      const after = weightedMean(accuracy);
      const label = `${intervened.names[model]}, layer ${layer + 1}`;
      return stat.statistic(intervened.units, label, (weights) => own[model]!.of(weights) - after(weights));
    }),
  );
};

/** The mean over layers, for each model. */
export const meanLostAlone = (intervened: Intervened, kind: Kind): Statistic[] =>
  lostAlone(intervened, kind).map((layers, model) =>
    stat.statistic(intervened.units, intervened.names[model]!, (weights) =>
      mean(layers.map((each) => each.of(weights))),
    ),
  );

/** Accuracy right after a change of the lowest layers, of so many of them, for each model. */
export const accuracyAtOnce = (intervened: Intervened, kind: Kind, count: number): Statistic[] =>
  meansOf(intervened, kind, (model) => intervened.direct[model]![kind].lowest![count - 1]!);

/** What a model gets right that always says the most frequent token, percent. */
export const guess = ({ names, units, mostFrequent }: Continued): Statistic[] =>
  names.map((name) => stat.statistic(units, name, weightedMean(mostFrequent)));

/** Whether a model has something to lose: what predicts from nothing loses nothing when it is changed. */
export function somethingToLose(continued: Continued) {
  const unigram = weightedMean(continued.unigram);
  const losses = meansOf(continued, 'unchanged', (model) => continued.models[model]![CONTROL]!.before, 'loss');
  const below = losses.map(({ units, label, of }) =>
    stat.statistic(units, label, (weights) => unigram(weights) - of(weights)),
  );
  return [
    'The model has something to lose: its loss is at least half a nat below that of a unigram model',
    above(0, below, effect(0.5, 'nats', 'a model that predicts from nothing loses nothing')),
  ] as const;
}

/** What is asserted only where training was long enough to decide it. */
export const afterLongTraining = ({ long }: Continued): { notAsserted?: string } =>
  long ? {} : { notAsserted: 'few steps cannot decide what three epochs do: it is asserted with --thorough only' };

/** Whether further training by itself changes the model. */
export const trainingKeeps: CheckControl<Continued, unknown> = {
  record: {
    name: 'unchanged, trained further',
    kind: 'positive',
    description: 'The same further training of the unchanged models',
    expected: 'accuracy within 2 points of what it was',
  },
  check([continued]) {
    const gains = stat.excess(accuracyOf(continued!, CONTROL, 'after'), accuracyOf(continued!, CONTROL, 'before'));
    return {
      passed: gains.every((each) => Math.abs(stat.plainly(each)) <= 2),
      detail: `${stat.list(gains, 1)} points gained`,
    };
  },
};

/** Accuracy and loss before and after further training, by trial. */
export const trialTable = (continued: Continued): Table => ({
  title: 'Accuracy at masked tokens (%) and loss (nats), right after and after further training',
  columns: [
    'what was changed',
    ...continued.names.flatMap((name) =>
      ['accuracy', 'loss'].flatMap((of) => [`${name}: ${of}`, `${name}: ${of} after training`]),
    ),
  ],
  rows: [CONTROL, ...continued.trials.map(({ name }) => name)].map((trial) => [
    trial,
    ...continued.names.flatMap((_, model) =>
      (['accuracy', 'loss'] as const).flatMap((of) =>
        (['before', 'after'] as const).map((when) =>
          stat.plainly(meansOf(continued, trial, () => continued.models[model]![trial]![when], of)[0]!),
        ),
      ),
    ),
  ]),
});

/** Points lost right after each change of one layer. */
export const aloneTable = (intervened: Intervened, kinds: readonly Kind[]): Table => ({
  title: 'Points of accuracy lost right after a change of one layer',
  columns: ['model', 'layer', ...kinds],
  rows: intervened.names.flatMap((name, model) =>
    Array.from({ length: intervened.layers }, (_, layer) => [
      name,
      layer + 1,
      ...kinds.map((kind) => stat.plainly(lostAlone(intervened, kind)[model]![layer]!)),
    ]),
  ),
});

/** Points lost right after changes of one layer of the first model, by layer. */
export const aloneFigure = (
  intervened: Intervened,
  kinds: readonly Kind[],
  names: Shown<unknown>['names'],
  estimate: Shown<unknown>['estimate'],
): Figure =>
  draw.depth(
    'One layer changed',
    'points lost right after',
    {},
    kinds.map((kind, i) =>
      draw.line(`${names.ours}: ${kind}`, 'ours', draw.whiskers(estimate(lostAlone(intervened, kind)[0]!)), i),
    ),
  );
