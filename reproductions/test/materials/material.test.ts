import { expect, it } from 'vitest';
import { material, withUsed } from '../../src/materials/material';

it('a material counts with all that it is made of, each once', () => {
  const make = async () => 0;
  const corpus = material({ name: 'corpus', needs: [], make });
  const [left, right] = ['left', 'right'].map((name) => material({ name, needs: [], uses: [corpus], make }));
  const top = material({ name: 'top', needs: [], uses: [left!, right!], make });
  expect(withUsed(top).map(({ name }) => name)).toEqual(['top', 'left', 'corpus', 'right']);
  expect(withUsed(corpus)).toEqual([corpus]);
});
