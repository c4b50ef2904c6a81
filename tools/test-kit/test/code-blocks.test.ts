import { expect, it } from 'vitest';
import { assertions, check, codeModules, installCommands } from '../src/code-blocks';

const readme = `# A

\`\`\`sh
# a comment
A=b npm install a
npm install ~/*.tgz b
pnpm test
\`\`\`

\`\`\`ts
const a = 1;
\`\`\`

\`\`\`ts no-run
const a = 2;
\`\`\`

\`\`\`ts
a; // => 1
\`\`\`
`;

it('joins the blocks that run, and keeps each other one by itself, at the lines of the file', () => {
  const modules = codeModules(readme).map(({ code, ...rest }) => ({ ...rest, lines: code.split('\n') }));
  expect(modules.map(({ name, runs }) => [name, runs])).toEqual([
    ['readme', true],
    ['readme-line-14', false],
  ]);
  const lines = readme.split('\n');
  for (const { lines: code } of modules) {
    expect(code).toHaveLength(lines.length);
    for (const [i, line] of code.entries()) if (line !== '') expect(line).toBe(lines[i]);
  }
  expect(modules[0]!.lines.filter(Boolean)).toEqual(['const a = 1;', 'a; // => 1']);
  expect(modules[1]!.lines.filter(Boolean)).toEqual(['const a = 2;']);
});

it('refuses a block that no check would see', () => {
  expect(() => codeModules('```js\nx\n```\n')).toThrow(/Line 1: .*"js"; expected one of ts, ts no-run/);
  expect(() => codeModules('text\n```\nx\n```\n')).toThrow(/Line 2/);
});

it('gives the lines that install', () => {
  expect(installCommands(readme)).toEqual({ byName: ['A=b npm install a'], ofTarballs: ['npm install ~/*.tgz b'] });
});

it('turns a comment of the form // => value into a check', () => {
  expect(assertions("const x = 1;\nf(x); // => 'a'\nawait g(); // => [1, 2]\n// => no code")).toBe(
    `const x = 1;\n__readmeCheck(await (f(x)), 'a', "f(x)", "'a'");\n__readmeCheck(await (await g()), [1, 2], "await g()", "[1, 2]");\n// => no code`,
  );
});

it('compares numbers to the digits that are written, everything else exactly', () => {
  check(0.1234, 0.12, 'x', '0.12');
  check(1e6 + 1, 1e6, 'x', '1e6');
  check(2_000, 2_000, 'x', '2_000');
  check([1, { a: 2 }], [1, { a: 2 }], 'x', '[1, { a: 2 }]');
  expect(() => check(0.126, 0.12, 'x', '0.12')).toThrow(/x gave 0.126, the README says 0.12/);
  expect(() => check(2.3, 2.0, 'x', '2.000')).toThrow();
  expect(() => check('a', 'b', 'x', "'b'")).toThrow();
});
