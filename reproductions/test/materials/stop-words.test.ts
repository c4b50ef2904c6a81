import { createTokenizer } from '@interlayer/tokenizer';
import { expect, it } from 'vitest';
import { stopWordTokens } from '../../src/materials/stop-words';
import { tokenizer } from '../subjects/tiny-models';

it('are whole words of the list', () => {
  const words = stopWordTokens(tokenizer).flatMap((stop, id) => (stop ? [tokenizer.idToToken(id)] : []));
  expect(words).toEqual(['the', 'of', 'and', 'to', 'in', 'is', 'we', 'it', 'same']);
});

it('may stand behind a blank, in capitals, or both; pieces and other words are none', () => {
  const pieces = ['Ġthe', 'The', 'ĠOF', 'Ġcountry', '##the', 'ing', 'Ġ'];
  const byteLevel = createTokenizer({
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])), merges: [] },
  });
  expect(stopWordTokens(byteLevel)).toEqual([true, true, true, false, false, false, false]);
});
