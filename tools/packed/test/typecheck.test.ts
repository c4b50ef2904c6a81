import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { typeErrors } from '../src/typecheck';

/** A project with a package `@interlayer/a` of the given declarations, and a module that uses it. */
async function project(declarations: string, code: string) {
  const folder = await temporaryFolder();
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };
  write('package.json', '{"type":"module"}');
  const entry = { types: './dist/index.d.ts', default: './dist/index.js' };
  write('node_modules/@interlayer/a/package.json', JSON.stringify({ type: 'module', exports: { '.': entry } }));
  write('node_modules/@interlayer/a/dist/index.d.ts', declarations);
  return { folder, file: write('use.ts', code) };
}

const use = "import { a } from '@interlayer/a';\nimport { join } from 'node:path';\njoin(a);\n";

it.each(['nodenext', 'bundler'] as const)('finds what is wrong under %s', async (resolution) => {
  const errors = async (declarations: string, code = use) => {
    const { folder, file } = await project(declarations, code);
    return typeErrors(folder, [file], resolution);
  };
  expect(await errors('export declare const a: string;')).toEqual([]);
  expect(await errors('export declare const a: number;')).toEqual([expect.stringMatching(/^use\.ts:3: .*number/)]);
  expect(await errors("export declare const a: string;\nexport * from 'left-pad';")).toEqual([
    expect.stringMatching(/^node_modules\/@interlayer\/a\/dist\/index\.d\.ts:2: .*left-pad/),
  ]);
  expect(
    await errors('export declare const a: string[];', 'import { a } from "@interlayer/a";\na[0].length;\n'),
  ).toEqual([expect.stringMatching(/^use\.ts:2: .*undefined/)]);
});
