/** Phrases that read as translated, found here before, and what a native writer would say. */
export const awkward: Readonly<Record<string, string>> = {
  'nothing has to be': 'you need not …; no … is needed',
  'to be told which': 'and reports which one',
  'to be had': 'is available, exists',
  'be had ': 'is available, exists',
  'is not to be ': 'must not be, is not',
  'goes on with': 'continues with, resumes from',
  'go on with': 'continue with, resume from',
  'gone on with': 'resumed',
  'changed places': 'swapped',
  'dealt out': 'permuted, distributed',
  'unless told': 'by default',
  'as told': 'as given',
  'is to be set to': 'must be set to',
  "of one's own": 'your own, custom',
  'brings along': 'comes with',
};
