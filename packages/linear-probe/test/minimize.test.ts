import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimize, type Objective } from '../src/index';

describe('minimize', () => {
  test('quadratics of any curvature, from any start', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -2, max: 3, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })), {
          minLength: 1,
          maxLength: 12,
        }),
        (terms) => {
          const objective: Objective = (x, gradient) =>
            terms.reduce((sum, [power, centre], i) => {
              gradient[i] = 10 ** power * (x[i] - centre);
              return sum + (10 ** power * (x[i] - centre) ** 2) / 2;
            }, 0);
          const { x, gradientNorm } = minimize(objective, new Float64Array(terms.length));
          expect(gradientNorm).toBeLessThan(1e-6);
          for (const [i, [power, centre]] of terms.entries())
            expect(Math.abs(x[i] - centre)).toBeLessThanOrEqual(1e-6 / 10 ** power);
        },
      ),
    );
  });

  test('Rosenbrock’s valley, which is not convex', () => {
    const { x, evaluations } = minimize(
      ([a, b], gradient) => {
        gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
        gradient[1] = 200 * (b - a * a);
        return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
      },
      Float64Array.of(-1.2, 1),
    );
    expect(x[0]).toBeCloseTo(1, 5);
    expect(x[1]).toBeCloseTo(1, 5);
    expect(evaluations).toBeLessThan(100);
  });

  test('steps into infinity are shortened', () => {
    // −ln x + x, from where a full step would leave x > 0.
    const { x } = minimize(([x], gradient) => {
      gradient[0] = 1 - 1 / x;
      return x > 0 ? x - Math.log(x) : Number.NaN;
    }, Float64Array.of(50));
    expect(x[0]).toBeCloseTo(1, 5);
  });

  test('a function without a minimum, or with a wrong gradient, is refused', () => {
    const start = Float64Array.of(1);
    const falls: Objective = ([x], gradient) => {
      gradient[0] = -1;
      return -x;
    };
    expect(() => minimize(falls, start)).toThrow(/No step decreases the loss/);
    const wrong: Objective = ([x], gradient) => {
      gradient[0] = -x;
      return x * x;
    };
    expect(() => minimize(wrong, start)).toThrow(/No step decreases the loss from 1 along a slope of -1/);
    expect(() => minimize(() => Number.NaN, start)).toThrow('The loss is NaN at the start');
  });
});
