import type { SafetensorsFile, TensorEntry } from '@interlayer/safetensors';
import type { Tokenizer } from '@interlayer/tokenizer';

/** A folder that can be read. */
export interface Folder {
  readonly path: string;
  /** Of the files directly in it. */
  readonly names: readonly string[];
  /** The first bytes of a file: `length`, or fewer where it is shorter. */
  head(name: string, length: number): Promise<Uint8Array>;
  text(name: string): Promise<string>;
  tensors(name: string): Promise<SafetensorsFile>;
}

/** A folder that is being written. */
export interface NewFolder {
  writeText(name: string, text: string): Promise<void>;
  writeTensors(name: string, entries: readonly TensorEntry[]): Promise<void>;
  /** Takes a file of another folder as it is. */
  copy(from: string, name: string): Promise<void>;
}

/**
 * What Node and a browser do differently. A bundler for the browser takes `browser.ts` in place of `node.ts` (by the import
 * condition `browser` of `#platform` in package.json), so that nothing of Node's gets into a bundle.
 */
export interface Platform {
  /** @throws when it cannot be read, or where there are no folders. */
  openFolder(path: string): Promise<Folder>;
  /**
   * Writes a folder. A new one appears complete or not at all; into one that exists, each file is renamed when all of them
   * are complete.
   */
  writeFolder(path: string, write: (folder: NewFolder) => Promise<void>): Promise<void>;
  /** @throws when the folder has no tokenizer, or where there are no folders. */
  loadTokenizer(path: string): Promise<Tokenizer>;
}
