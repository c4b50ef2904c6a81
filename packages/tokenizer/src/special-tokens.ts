/** The roles of special tokens. */
export type SpecialRole = 'cls' | 'sep' | 'pad' | 'mask' | 'unk' | 'bos' | 'eos';

/** The ids of the special tokens that a vocabulary has. */
export type SpecialIds = Partial<Record<SpecialRole, number>>;

const CONVENTIONAL: Record<SpecialRole, string[]> = {
  cls: ['[CLS]', '<s>'],
  sep: ['[SEP]', '</s>'],
  pad: ['[PAD]', '<pad>'],
  mask: ['[MASK]', '<mask>'],
  unk: ['[UNK]', '<unk>'],
  bos: ['[BOS]', '<s>', '<|endoftext|>'],
  eos: ['[EOS]', '</s>', '<|endoftext|>'],
};
const ROLES = Object.keys(CONVENTIONAL) as SpecialRole[];

/** The text of a token in tokenizer_config.json, which is the text itself or `{ content }`. */
export const tokenText = (named: unknown): string | undefined =>
  typeof named === 'string' ? named : (named as { content?: string } | null | undefined)?.content;

/** The special tokens that tokenizer_config.json names: `cls_token` and so on, and `additional_special_tokens`. */
export function namedSpecialTokens(config: Record<string, unknown>): string[] {
  const additional = Array.isArray(config.additional_special_tokens) ? config.additional_special_tokens : [];
  return [...ROLES.map((role) => config[`${role}_token`]), ...additional].flatMap((named) => tokenText(named) ?? []);
}

/** Finds the special tokens by their names in tokenizer_config.json, or else by their usual spelling. */
export function specialIds(
  idOf: (token: string) => number | undefined,
  config: Record<string, unknown> = {},
): SpecialIds {
  const ids: SpecialIds = {};
  for (const role of ROLES) {
    const token = tokenText(config[`${role}_token`]);
    for (const candidate of token === undefined ? CONVENTIONAL[role] : [token]) {
      const id = idOf(candidate);
      if (id === undefined) continue;
      ids[role] = id;
      break;
    }
  }
  return ids;
}
