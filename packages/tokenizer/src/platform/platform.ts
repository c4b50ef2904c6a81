/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /**
   * Reads a text file; undefined if it does not exist.
   * @throws when it is a Git LFS pointer because the file itself was not fetched, or when called in a browser.
   */
  readText(path: string): Promise<string | undefined>;
}
