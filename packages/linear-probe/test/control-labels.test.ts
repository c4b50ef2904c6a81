import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlLabels } from '../src/index';
import { classCounts } from '../src/labels';

describe('controlLabels', () => {
  test('one label for each type, in the distribution of the real labels up to the size of a type', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.integer(),
        (rows, seed) => {
          const ids = Int32Array.from(rows, ([id]) => id);
          const types = rows.map(([, type]) => type);
          const control = controlLabels(ids, types, { classes: 4, seed });
          const ofType = new Map(types.map((type, i) => [type, control[i]]));
          for (const [i, type] of types.entries()) expect(control[i]).toBe(ofType.get(type));
          const largest = Math.max(...types.map((type) => types.filter((other) => other === type).length));
          const [real, random] = [classCounts(ids, 4), classCounts(control, 4)];
          for (let id = 0; id < 4; id++) {
            // A class takes a type only while it lacks rows, so it ends with at most one type too many.
            expect(random[id] - real[id]).toBeLessThan(largest);
            if (real[id] === 0) expect(random[id]).toBe(0);
          }
          expect(controlLabels(ids, types, { classes: 4, seed })).toEqual(control);
        },
      ),
    );
  });

  test('without types the labels are shuffled: the same counts in another order', () => {
    const ids = Int32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 0 : (i % 2) + 1));
    const control = controlLabels(ids, [...ids.keys()], { classes: 3, seed: 5 });
    expect(classCounts(control, 3)).toEqual(classCounts(ids, 3));
    const same = control.filter((id, i) => id === ids[i]).length / 300;
    // Shares of 1/3 each agree by chance in a third of the rows; five standard errors around it.
    expect(Math.abs(same - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 300));
  });

  test('over seeds, the label of a type follows the distribution, whatever its real label', () => {
    const ids = Int32Array.from({ length: 80 }, (_, i) => Number(i % 8 >= 6));
    const types = Array.from(ids, (_, i) => Math.floor(i / 2));
    let ones = 0;
    for (let seed = 0; seed < 2000; seed++) ones += controlLabels(ids, types, { classes: 2, seed })[0];
    expect(Math.abs(ones / 2000 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 2000));
  });

  test('refuses lists of other lengths', () => {
    expect(() => controlLabels(Int32Array.of(0, 1), ['a'], { classes: 2, seed: 1 })).toThrow('1 types for 2 rows');
  });
});
