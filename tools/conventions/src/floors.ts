/**
 * The floors of the house, lowest first. A workspace's source imports only from lower floors and, except on the floor of
 * analyses, from those to its left. What is not listed here is not part of the house: a new package is added to this list
 * first.
 */
export const floors: readonly (readonly string[])[] = [
  [
    'atomic-write',
    'nearest-names',
    'figures',
    'linalg',
    'stats',
    'safetensors',
    'gguf',
    'hub-cache',
    'tensor-hooks',
    'tensor-compile',
  ],
  ['attention-maps', 'cka', 'ffn-memory', 'layer-permute', 'linear-probe', 'nonlinearity'],
  [
    'tokenizer',
    'text-data',
    'glue-loader',
    'model-files',
    'transformer',
    'bert-model',
    'gpt-model',
    'llama-model',
    'auto-model',
    'training',
    'runtime',
    'model-card',
    'mini-gpt',
    'mini-bert',
  ],
  ['models', 'reproductions', 'bench'],
];

/** A workspace's floor and its place on that floor. */
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
  // Subjects do not know analyses: the two meet only in claims, one floor up.
  if (b.floor < a.floor && !(a.floor === 2 && b.floor === 1)) return undefined;
  // Analyses stand alone; on the other floors a workspace may use what is to its left.
  if (a.floor !== 1 && b.floor === a.floor && b.place < a.place) return undefined;
  return `${from} (floor ${a.floor}) may not import ${to} (floor ${b.floor}): imports only go down, and on floors other than 1 to the left`;
}
