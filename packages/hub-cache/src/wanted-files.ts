import { HubError } from './hub-error';

export const WEIGHTS = 'model.safetensors';
/** Lists which shard holds which tensor, if the weights are in several files. */
export const INDEX = 'model.safetensors.index.json';

const TOKENIZERS = ['tokenizer.json', 'vocab.txt'];
const BESIDE = [
  ...TOKENIZERS,
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
];

export const hasTokenizer = (paths: readonly string[]): boolean => TOKENIZERS.some((name) => paths.includes(name));

const pattern = (text: string) => new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*')}$`);

/**
 * Which of a repository's files to get: those that match a pattern (`*` stands for anything but a slash), or without patterns
 * those that a model is loaded from: its configuration, its tokenizer, and its weights as safetensors. The same weights in
 * other formats are left out. Shards are named by the index, not here.
 *
 * @throws HubError `unfit` when a pattern matches nothing, or there is no configuration or no safetensors.
 */
export function wantedFiles(paths: readonly string[], patterns?: readonly string[]): string[] {
  const has = `It has: ${paths.slice(0, 20).join(', ') || 'no files'}${paths.length > 20 ? ', …' : ''}.`;
  if (patterns) {
    const idle = patterns.find((text) => !paths.some((path) => pattern(text).test(path)));
    if (idle !== undefined) throw new HubError('unfit', `no file matches ${JSON.stringify(idle)}. ${has}`);
    return paths.filter((path) => patterns.some((text) => pattern(text).test(path)));
  }
  if (!paths.includes('config.json')) throw new HubError('unfit', `there is no config.json. ${has}`);
  const weights = [WEIGHTS, INDEX].find((name) => paths.includes(name));
  if (weights === undefined) {
    throw new HubError(
      'unfit',
      paths.some((path) => path.startsWith('pytorch_model'))
        ? 'its weights exist only as pytorch_model.bin, whose format is a program to run, not data to read. Get its files with "hf download"; loading their folder shows the three lines of Python that convert them.'
        : `there is neither ${WEIGHTS} nor ${INDEX}. ${has}`,
    );
  }
  return ['config.json', ...BESIDE.filter((name) => paths.includes(name)), weights];
}

/**
 * The files that an index puts tensors into.
 * @throws HubError `unfit` when it is not JSON, or has no "weight_map".
 */
export function shardsOf(index: string): string[] {
  let map: unknown;
  try {
    map = JSON.parse(index)?.weight_map;
  } catch (cause) {
    throw new HubError('unfit', `${INDEX} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof map !== 'object' || map === null) {
    throw new HubError('unfit', `${INDEX} has no "weight_map", an object from tensor names to files.`);
  }
  return [...new Set(Object.values(map).map(String))];
}
