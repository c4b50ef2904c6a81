import type { ByteSource } from '../byte-source';

/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /** @throws when the file cannot be opened, or if the platform has no files. */
  openFile(path: string | URL): Promise<ByteSource>;
  /**
   * Writes the chunks one after the other. The file appears under its name only when it is complete; after an error nothing
   * is left of it, and what was there before stays.
   * @throws when the chunks or the disk fail, or if the platform has no files.
   */
  writeFile(path: string | URL, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}
