import { expect, it } from 'vitest';
import { check } from '../src/readme';
import { assertions, codeOf } from '../src/readme-modules';

it('joins the fences that run', () => {
  const fences = '```ts\na;\n```\n\n```sh\nb\n```\n\n```ts no-run\nc;\n```\n\n```ts\nd;\n```\n';
  expect(codeOf(fences)).toBe('a;\n\nd;\n');
  expect(() => codeOf('```sh\nb\n```\n')).toThrow('no ```ts fence');
});

it('turns a comment of the form // => value into a check', () => {
  expect(assertions("const x = 1;\nf(x); // => 'a'\nawait g(); // => [1, 2]\n// => no code")).toBe(
    'const x = 1;\n__check(await (f(x)), \'a\', "f(x)");\n__check(await (await g()), [1, 2], "await g()");\n// => no code',
  );
});

it('compares numbers to the digits that are written, and everything else exactly', () => {
  check(0.1234, 0.12, 'x');
  check([1, { a: 2 }], [1, { a: 2 }], 'x');
  expect(() => check(0.126, 0.12, 'x')).toThrow(/x gave 0.126/);
  expect(() => check('a', 'b', 'x')).toThrow();
});
