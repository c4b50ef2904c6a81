import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listPoints, selectPoints, UnknownPointError } from '../src/index';

const points = [
  'embeddings',
  ...[0, 1, 10].flatMap((n) => [`layers.${n}.ffn.hidden`, `layers.${n}.ffn.output`, `layers.${n}.output`]),
  'logits',
];

describe('selectPoints', () => {
  test.each([
    ['logits', ['logits']],
    ['layers.*.ffn.hidden', ['layers.0.ffn.hidden', 'layers.1.ffn.hidden', 'layers.10.ffn.hidden']],
    ['layers.*.output', ['layers.0.output', 'layers.1.output', 'layers.10.output']],
    ['layers.1*.output', ['layers.1.output', 'layers.10.output']],
    ['layers.1.**', ['layers.1.ffn.hidden', 'layers.1.ffn.output', 'layers.1.output']],
    ['**.logits', ['logits']],
    ['layers.0.**.output', ['layers.0.ffn.output', 'layers.0.output']],
    ['*', ['embeddings', 'logits']],
    ['**', points],
    [
      ['logits', 'embeddings', 'log*'],
      ['embeddings', 'logits'],
    ],
    [/^layers\.1\..*output$/g, ['layers.1.ffn.output', 'layers.1.output']],
    [
      (point: string) => point.endsWith('hidden'),
      ['layers.0.ffn.hidden', 'layers.1.ffn.hidden', 'layers.10.ffn.hidden'],
    ],
  ])('%s', (select, expected) => {
    expect(selectPoints(points, select)).toEqual(expected);
  });

  test('a global regular expression keeps no state', () => {
    const expression = /output/g;
    expect(selectPoints(points, expression)).toEqual(selectPoints(points, expression));
  });

  test.each([
    ['layers.0.ffn.hiden', 'layers.0.ffn.hidden'],
    ['layers.*.ffn.hiden', 'layers.0.ffn.hidden'],
    [['logits', 'logit'], 'logits'],
    [/^logit$/, 'logits'],
    [() => false, 'embeddings'],
    [[], 'embeddings'],
    ['', 'logits'],
  ])('%s matches nothing and names near points', (select, near) => {
    const error = (() => {
      try {
        return selectPoints(points, select);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnknownPointError);
    expect((error as UnknownPointError).name).toBe('UnknownPointError');
    expect((error as UnknownPointError).nearest).toContain(near);
    expect((error as UnknownPointError).message).toContain(`"${near}"`);
  });

  test('dots in a name are not wild', () => {
    expect(() => selectPoints(['a.b'], 'a?b*')).toThrow(UnknownPointError);
    expect(() => selectPoints(['axb'], 'a.*')).toThrow(UnknownPointError);
  });

  test('every glob made of a name by blanking segments finds the name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...points),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (point, blank) => {
          const glob = point
            .split('.')
            .map((segment, i) => (blank[i] ? '*' : segment))
            .join('.');
          const found = selectPoints(points, glob);
          expect(found).toContain(point);
          for (const other of found) expect(other.split('.').length).toBe(point.split('.').length);
        },
      ),
      { seed: 1 },
    );
  });
});

test('listPoints gives the declared points or a selection', () => {
  expect(listPoints({ points })).toEqual(points);
  expect(listPoints({ points }, '*')).toEqual(['embeddings', 'logits']);
});
