import { condition } from './condition';

/** What holds without training is no finding about training. */
export const untrained = condition({
  id: 'untrained',
  name: 'untrained model',
  model: 'the untrained model of the same shape',
  apply: (specimen, seed) => specimen.initial(seed),
});
