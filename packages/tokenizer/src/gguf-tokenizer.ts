import { type AddedToken, specialToken } from './added-tokens';
import { byteLevelTokenizerJson } from './byte-level-tokenizer-json';
import type { TokenizerJson } from './tokenizer-json';

/** What `createTokenizer` takes. */
export interface TokenizerFiles {
  /** The content of tokenizer.json. */
  json: TokenizerJson;
  /** The content of tokenizer_config.json. */
  config: Record<string, unknown>;
}

/** Whether a pre-tokenizer splits digits one by one before it splits words as GPT-2 does. (llama.cpp, `llama-vocab.cpp`) */
const SPLITS_DIGITS: Readonly<Record<string, boolean>> = {
  'gpt-2': false,
  gpt2: false,
  smollm: true,
  starcoder: true,
  refact: true,
  codeshell: true,
};

/** Values of `tokenizer.ggml.token_type`. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;

const quoted = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));

function stringsOf(metadata: ReadonlyMap<string, unknown>, key: string): readonly string[] {
  const value = metadata.get(key);
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw new Error(
      `The metadata ${quoted(key)} must be an array of strings; ${value === undefined ? 'there is none' : 'it is not'}.`,
    );
  }
  return value;
}

/** The tokens that are matched in the text as a whole. */
function addedTokens(tokens: readonly string[], types: Int32Array): AddedToken[] {
  return tokens.flatMap((content, id) => {
    const type = types[id]!;
    if (type !== UNKNOWN && type !== CONTROL && type !== USER_DEFINED) return [];
    return [{ ...specialToken(id, content), special: type !== USER_DEFINED }];
  });
}

/**
 * The tokenizer in the metadata of a GGUF file, as `openGguf` of `@interlayer/gguf` gives it: byte-level BPE
 * (`tokenizer.ggml.model` is `gpt2`) with the words of GPT-2, digits one by one or not (`tokenizer.ggml.pre` is `gpt-2`, `smollm`,
 * `starcoder`, `refact` or `codeshell`). Special tokens are recognised in texts, as Hugging Face's tokenizers do.
 *
 * @throws when the model or the pre-tokenizer is another one, or the metadata lacks or contradicts something.
 */
export function ggufTokenizer(metadata: ReadonlyMap<string, unknown>): TokenizerFiles {
  const model = metadata.get('tokenizer.ggml.model');
  if (model !== 'gpt2') {
    throw new Error(
      `The tokenizer ${quoted(model)} (tokenizer.ggml.model) is not supported; supported is "gpt2", byte-level BPE. Use the tokenizer.json of the model's folder on the hub.`,
    );
  }
  const pre = metadata.get('tokenizer.ggml.pre');
  if (typeof pre !== 'string' || !Object.hasOwn(SPLITS_DIGITS, pre)) {
    throw new Error(
      `The pre-tokenizer ${quoted(pre)} (tokenizer.ggml.pre) is not supported; supported are ${Object.keys(SPLITS_DIGITS).join(', ')}. Use the tokenizer.json of the model's folder on the hub.`,
    );
  }
  const tokens = stringsOf(metadata, 'tokenizer.ggml.tokens');
  const vocabulary = Object.fromEntries(tokens.map((token, id) => [token, id]));
  for (const [id, token] of tokens.entries()) {
    if (vocabulary[token] !== id)
      throw new Error(`The tokens ${id} and ${vocabulary[token]} are both ${quoted(token)}.`);
  }
  const tokenOf = (role: string): string | undefined => {
    const key = `tokenizer.ggml.${role}_token_id`;
    const id = metadata.get(key);
    if (id === undefined) return undefined;
    if (typeof id !== 'number' || tokens[id] === undefined) {
      throw new Error(`The metadata ${quoted(key)} is ${quoted(id)}, and there are ${tokens.length} tokens.`);
    }
    return tokens[id];
  };
  const special = { bos: tokenOf('bos'), eos: tokenOf('eos'), unk: tokenOf('unknown'), pad: tokenOf('padding') };
  const adds = (role: 'bos' | 'eos'): boolean => {
    const added = metadata.get(`tokenizer.ggml.add_${role}_token`) === true;
    if (added && special[role] === undefined) {
      throw new Error(
        `The metadata asks for the token "${role}" around each text (tokenizer.ggml.add_${role}_token) and does not say which it is.`,
      );
    }
    return added;
  };
  const json = byteLevelTokenizerJson(vocabulary, stringsOf(metadata, 'tokenizer.ggml.merges'), {
    special,
    addBosToken: adds('bos'),
    addEosToken: adds('eos'),
  });
  if (SPLITS_DIGITS[pre]) {
    const pretokenizers = [{ type: 'Digits', individual_digits: true }, json.pre_tokenizer];
    json.pre_tokenizer = { type: 'Sequence', pretokenizers };
  }
  const types = metadata.get('tokenizer.ggml.token_type');
  if (types !== undefined) {
    if (!(types instanceof Int32Array))
      throw new Error('The metadata "tokenizer.ggml.token_type" must be an array of int32.');
    if (types.length !== tokens.length) {
      throw new Error(`The metadata has ${tokens.length} tokens and ${types.length} types of tokens.`);
    }
    json.added_tokens = addedTokens(tokens, types);
  }
  const named = Object.entries(special).filter(([, token]) => token !== undefined);
  return { json, config: Object.fromEntries(named.map(([role, token]) => [`${role}_token`, token])) };
}
