/** What special tokens are for. */
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

/** A token as tokenizer_config.json gives it: its text, or `{ content }`. */
export const tokenText = (named: unknown): string | undefined =>
  typeof named === 'string' ? named : (named as { content?: string } | null | undefined)?.content;

/** The special tokens that tokenizer_config.json names, as `cls_token` and the like or among the additional ones. */
export function namedSpecialTokens(config: Record<string, unknown>): string[] {
  const additional = Array.isArray(config.additional_special_tokens) ? config.additional_special_tokens : [];
  return [...ROLES.map((role) => config[`${role}_token`]), ...additional].flatMap((named) => tokenText(named) ?? []);
}

/** Finds the special tokens: as tokenizer_config.json names them, else by their conventional spelling. */
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
