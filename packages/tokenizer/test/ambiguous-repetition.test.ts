import { expect, test } from 'vitest';
import { hasAmbiguousRepetition } from '../src/ambiguous-repetition';
import { patternOf, translateRegex } from '../src/pattern';

test.each([
  '(a+)+$',
  '(a*)*',
  '(a|a)*$',
  '(a|ab?)+',
  '(?:a?){30}',
  '(?:(a+)?)*',
  '([ab]|a)+',
  '((a)|(b))*',
  '(a|)*',
  '(x(y+)){2,}',
])('%s may take time without end', (source) => {
  expect(() => patternOf({ Regex: source })).toThrow('which can take time without end');
});

// The patterns of well-known models, and repetitions of what matches in one way.
test.each([
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}`,
  '(ab)+',
  '(?:a|b)*',
  '(a+)?b',
  '(a{3})+',
  String.raw`\(a+\)+`,
  '[(a+)]+',
  '^a+$',
])('%s is translated and ends', (source) => {
  expect(hasAmbiguousRepetition(translateRegex(source))).toBe(false);
});
