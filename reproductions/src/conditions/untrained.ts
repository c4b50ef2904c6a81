import { condition } from './condition';

/** What holds without training is no finding about training. */
export const untrained = condition({
  id: 'untrained',
  name: 'untrained model',
  model: 'the model before its training, as its card tells, or else a model of its shape with new weights',
  apply: (specimen, seed) => specimen.initial(seed),
  note: ({ start }) => start,
});
