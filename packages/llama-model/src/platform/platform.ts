/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /** @throws when the file cannot be read, or where there are no files. */
  readFile(path: string): Promise<Uint8Array>;
}
