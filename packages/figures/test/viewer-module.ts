import { join } from 'node:path';
import { build } from 'esbuild';

/** The module that holds the viewer's script, bundled from `viewer`. */
export async function viewerModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../viewer/main.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    write: false,
  });
  // Nothing in a script may end its element.
  const script = outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script');
  return `/** The script of the page of attention maps, bundled from \`viewer\` by \`scripts/viewer.ts\`. */\nexport const viewerScript = ${JSON.stringify(script)};\n`;
}
