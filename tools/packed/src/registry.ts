import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Packed } from './pack';

export interface Registry {
  /** The value of `@interlayer:registry`. */
  url: string;
  close(): Promise<void>;
}

/** A registry on this machine with the packed packages and no others, so that `npm install <name>` works before a release. */
export async function serve(packages: readonly Packed[]): Promise<Registry> {
  const integrity = new Map(
    packages.map(({ name, tarball }) => [
      name,
      `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`,
    ]),
  );
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, url).pathname).slice(1);
    const byName = packages.find(({ name }) => name === path);
    const byFile = packages.find(({ tarball }) => `tarballs/${basename(tarball)}` === path);
    if (byName) response.setHeader('Content-Type', 'application/json').end(JSON.stringify(packument(byName)));
    else if (byFile) createReadStream(byFile.tarball).pipe(response);
    else response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  function packument({ name, version, tarball, manifest }: Packed): object {
    const dist = { tarball: `${url}tarballs/${basename(tarball)}`, integrity: integrity.get(name) };
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }

  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
