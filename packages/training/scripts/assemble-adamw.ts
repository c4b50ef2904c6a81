/** Assembles src/adamw-kernel.wat: `npx tsx packages/training/scripts/assemble-adamw.ts` writes src/adamw-kernel.generated.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const file = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

/** The module that adamw-kernel.wat describes. */
export async function assembled(): Promise<Uint8Array> {
  const module = (await wabt()).parseWat('adamw-kernel.wat', readFileSync(file('adamw-kernel.wat'), 'utf8'), {
    simd: true,
  });
  try {
    module.validate();
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = Buffer.from(await assembled())
    .toString('base64')
    .match(/.{1,110}/g)!
    .map((line) => `  '${line}',`);
  writeFileSync(
    file('adamw-kernel.generated.ts'),
    `// adamw-kernel.wat in WebAssembly's binary format, by scripts/assemble-adamw.ts.\nexport const adamWKernel = [\n${lines.join('\n')}\n].join('');\n`,
  );
}
