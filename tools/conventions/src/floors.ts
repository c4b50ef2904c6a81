/**
 * The floors of the house, lowest first. A package's source imports packages of lower floors; on floor 2 also those to its
 * left. Whatever is not listed here is not a package: a new one takes its place in this list first.
 */
export const floors: readonly (readonly string[])[] = [
  ['tensor-hooks', 'tensor-compile', 'stats', 'linalg', 'safetensors', 'hub-cache'],
  ['ffn-memory'],
  [
    'tokenizer',
    'text-data',
    'transformer',
    'bert-model',
    'gpt-model',
    'training',
    'runtime',
    'model-card',
    'mini-gpt',
    'mini-bert',
  ],
];

/** Where a package stands: its floor, and its place on that floor. */
export function placeOf(name: string): { floor: number; place: number } | undefined {
  for (const [floor, names] of floors.entries()) {
    const place = names.indexOf(name);
    if (place >= 0) return { floor, place };
  }
  return undefined;
}

/** Why `from` may not import `to`, or undefined when it may. */
export function whyNot(from: string, to: string): string | undefined {
  const [a, b] = [placeOf(from), placeOf(to)];
  if (!a || !b) return `${a ? to : from} has no floor: add it to tools/conventions/src/floors.ts`;
  // Subjects do not know analyses: only claims, one floor up, bring the two together.
  if (b.floor < a.floor && !(a.floor === 2 && b.floor === 1)) return undefined;
  // Subjects may lean on subjects to their left; tools and analyses stand alone.
  if (a.floor === 2 && b.floor === 2 && b.place < a.place) return undefined;
  return `${from} (floor ${a.floor}) may not import ${to} (floor ${b.floor}): imports only go down, and on floor 2 to the left`;
}
