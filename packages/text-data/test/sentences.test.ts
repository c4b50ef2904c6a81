import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segments, sentences } from '../src/sentences';

test.each([
  ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
  ['Mr. Speaker, Mrs. Smith and Dr. King met. They left.', ['Mr. Speaker, Mrs. Smith and Dr. King met.', 'They left.']],
  ['Harry S. Truman came. So did John F. Kennedy.', ['Harry S. Truman came.', 'So did John F. Kennedy.']],
  ['The U.S. Army left the U.S. The end.', ['The U.S. Army left the U.S.', 'The end.']],
  ['It is I. Come in.', ['It is I.', 'Come in.']],
  [
    'See No. 7 of Jan. 5, 1900. No. We saw it in Jan. They did.',
    ['See No. 7 of Jan. 5, 1900.', 'No. We saw it in Jan.', 'They did.'],
  ],
  ['"Stop!" he said. (Applause.) Go on.', ['"Stop!" he said.', '(Applause.)', 'Go on.']],
  ['A heading\nText of it. More\n\nEnd', ['A heading', 'Text of it.', 'More', 'End']],
  ['It cost 3.5 dollars at 10 a.m. on Sunday.', ['It cost 3.5 dollars at 10 a.m. on Sunday.']],
  ['', []],
  [' \n ', []],
])('%j', (text, expected) => {
  expect(sentences(text)).toEqual(expected);
});

test('nothing is lost but white space', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('Mr.', 'U.S.', 'The', 'end.', 'No.', '5', 'x', 'A.', '\n', '"', ')', '!'), {
        maxLength: 15,
      }),
      (words) => {
        const text = words.join(' ');
        expect(sentences(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('windows of any size cut as the segmenter cuts the whole text', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const pieces = [
    'Mr',
    '.',
    ' ',
    'U',
    'S',
    'a',
    'end',
    '5',
    ',',
    '"',
    ')',
    '!',
    '?',
    '\n',
    '\r',
    '…',
    'é',
    '́',
    '😀',
    '。',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }),
      fc.integer({ min: 1, max: 30 }),
      (some, window) => {
        const text = some.join('');
        const whole = Array.from(segmenter.segment(text), ({ segment }) => segment);
        expect([...segments(text, window)]).toEqual(whole);
      },
    ),
    { seed: 1, numRuns: 3000 },
  );
});
