import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../src/tokenizer';
import { encoded, recorded } from './reference/encoded';
import { digest, RANDOM } from './reference/recorded';
import { smallTokenizers } from './reference/small-tokenizers';
import { randomSamples } from './reference/texts';

test('every small tokenizer is recorded', () => {
  expect(Object.keys(recorded)).toEqual(Object.keys(smallTokenizers));
});

describe.each(Object.entries(smallTokenizers))('%s, as recorded of the Rust library', (name, json) => {
  // The Rust library cleans up within tokens only.
  const tokenizer = createTokenizer(json, { clean_up_tokenization_spaces: false });
  const { encodings, random } = recorded[name]!;
  test.each(encodings)('$text', (sample) => {
    expect({ ...sample, ...encoded(tokenizer, sample) }).toEqual(sample);
  });
  test(`${RANDOM.count} random texts`, () => {
    expect(digest(randomSamples(RANDOM.count, RANDOM.seed).map((sample) => encoded(tokenizer, sample)))).toBe(random);
  });
});
