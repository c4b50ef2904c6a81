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

/**
 * Finds the special tokens: as tokenizer_config.json names them (`cls_token`, … as a string or `{ content }`), else by
 * their conventional spelling.
 */
export function specialIds(
  tokenToId: (token: string) => number | undefined,
  config: Record<string, unknown> = {},
): SpecialIds {
  const ids: SpecialIds = {};
  for (const role of Object.keys(CONVENTIONAL) as SpecialRole[]) {
    const named = config[`${role}_token`];
    const token = typeof named === 'string' ? named : (named as { content?: string } | null | undefined)?.content;
    for (const candidate of token === undefined ? CONVENTIONAL[role] : [token]) {
      const id = tokenToId(candidate);
      if (id === undefined) continue;
      ids[role] = id;
      break;
    }
  }
  return ids;
}
