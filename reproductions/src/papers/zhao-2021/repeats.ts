import { draw, stat } from '../../claim';
import type { Shown } from '../../claim/claim';
import type { Figure } from '../../claim/schema';
import type { Statistic } from '../../claim/statistic';
import * as effects from './effects';
import { repeatName } from './materials/kinds';
import type { Repeated } from './materials/repeated';
import { meansAt } from './swaps';

/** Accuracy right after, with each layer in all slots: [layer][model]. */
export const rightAfter = ({ direct, layers }: Repeated): Statistic[][] =>
  Array.from({ length: layers }, (_, layer) => meansAt(direct, repeatName(layer), [layer + 1], 'accuracy'));

/** How much better that is than saying the most frequent token, in every layer and model. */
export const beyondGuess = (repeated: Repeated): Statistic[] =>
  rightAfter(repeated).flatMap((models) =>
    stat.excess(models, effects.guess(repeated)).map((each, model) => ({ ...each, label: models[model]!.label })),
  );

/** The first model's accuracy by the layer that is repeated, right after and, where it was trained, after that. */
export function repeatFigure(
  repeated: Repeated,
  names: Shown<unknown>['names'],
  estimate: Shown<unknown>['estimate'],
): Figure {
  const trained = rightAfter(repeated).map((_, layer) => {
    const name = repeatName(layer);
    const has = repeated.trials.some((trial) => trial.name === name);
    return has ? draw.whiskers(estimate([effects.accuracyOf(repeated, name, 'after')[0]!]))[0]! : { value: null };
  });
  const direct = rightAfter(repeated).map(([first]) => first!);
  return draw.depth('One layer in all places', '% of masked tokens', {}, [
    draw.line(`${names.ours}: right after`, 'ours', draw.whiskers(estimate(direct)), 0),
    draw.line(`${names.ours}: after further training`, 'ours', trained, 1),
  ]);
}
