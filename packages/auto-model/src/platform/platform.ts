import type { HubFolder, HubFolderOptions } from '@interlayer/hub-cache';

/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /** The names in a folder; undefined where there is no folder of that path. */
  namesIn(path: string): Promise<readonly string[] | undefined>;
  /** @throws as `hubFolder` of hub-cache, or where there are no folders. */
  hubFolder(name: string, options: HubFolderOptions): Promise<HubFolder>;
}
