import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { expect, it } from 'vitest';
import { serve } from '../src/registry';

it('serves the packed packages as a registry does, and nothing else', async () => {
  const tarball = join(await temporaryFolder(), 'a-1.2.3.tgz');
  writeFileSync(tarball, 'content');
  const manifest = { name: '@interlayer/a', version: '1.2.3', dependencies: { b: '^1.0.0' } };
  const { url, close } = await serve([{ name: '@interlayer/a', version: '1.2.3', tarball, manifest }]);
  try {
    // npm asks for a scoped name with its slash escaped.
    // biome-ignore lint/suspicious/noExplicitAny: what a registry answers has no type here
    const packument: any = await (await fetch(`${url}@interlayer%2fa`)).json();
    expect(packument['dist-tags'].latest).toBe('1.2.3');
    const { dist, dependencies } = packument.versions['1.2.3'];
    expect(dependencies).toEqual({ b: '^1.0.0' });
    const bytes = Buffer.from(await (await fetch(dist.tarball)).arrayBuffer());
    expect(String(bytes)).toBe('content');
    expect(dist.integrity).toBe(`sha512-${createHash('sha512').update(bytes).digest('base64')}`);
    for (const path of ['@interlayer%2fb', 'left-pad', 'tarballs/../package.json'])
      expect((await fetch(url + path)).status, path).toBe(404);
  } finally {
    await close();
  }
});
