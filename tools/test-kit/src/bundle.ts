import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { defaultClientConditions, build as vite } from 'vite';

/**
 * Bundles a TypeScript module for the browser, with packages of the house from source unless `conditions` says otherwise.
 * Gives the files by their paths: `/page.js` and its chunks.
 */
export type Bundler = (entry: string, conditions?: string[]) => Promise<Map<string, Uint8Array>>;

const SOURCE = '@interlayer/source';

/** Both refuse a bundle that needs anything of Node's: no stubs, no polyfills. */
export const bundlers: Readonly<Record<'esbuild' | 'vite', Bundler>> = {
  async esbuild(entry, conditions = [SOURCE]) {
    const { outputFiles } = await esbuild({
      entryPoints: { page: entry },
      bundle: true,
      format: 'esm',
      splitting: true,
      platform: 'browser',
      target: 'es2022',
      conditions,
      define: { 'process.env': '{}' },
      outdir: '/',
      write: false,
      logLevel: 'silent',
    });
    return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  },

  async vite(entry, conditions = [SOURCE]) {
    const results = await vite({
      configFile: false,
      logLevel: 'silent',
      resolve: { conditions: [...conditions, ...defaultClientConditions] },
      build: { write: false, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'page' } },
    });
    const files = [results].flat().flatMap((result) => ('output' in result ? result.output : []));
    return new Map(
      files.map((file) => {
        const content = file.type === 'chunk' ? file.code : file.source;
        // Vite replaces Node's modules by an empty one, and only warns. Without a colon a dependency has asked for it.
        if (file.type === 'chunk' && file.moduleIds.some((id) => id.includes('browser-external:')))
          throw new Error(`The bundle of ${entry} needs modules of Node's: ${file.moduleIds.join(', ')}`);
        return [`/${file.fileName}`, typeof content === 'string' ? new TextEncoder().encode(content) : content];
      }),
    );
  },
};

/** Runs a bundle here, in Node, and gives what its entry exports. */
export async function importBundle<T>(files: ReadonlyMap<string, Uint8Array>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const [path, content] of files) writeFileSync(join(folder, basename(path)), content);
    return await import(pathToFileURL(join(folder, 'page.js')).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
