/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /**
   * The text of a file, or undefined where there is none.
   * @throws when it is a Git LFS pointer (the file itself has not been fetched), or where there are no files.
   */
  readText(path: string): Promise<string | undefined>;
}
