import { afterAll, beforeAll, describe } from 'vitest';
import { bundlers } from './bundle';
import {
  type BrowserPage,
  findChromium,
  type HtmlBrowser,
  NO_CHROMIUM,
  openHtmlBrowser,
  openPage,
  type PageOptions,
} from './chromium';

export type { BrowserPage } from './chromium';

export interface BrowserOptions extends PageOptions {
  /** A TypeScript module, which is bundled from source for the browser and whose exports can be called. */
  entry: string;
}

/** A `describe` for tests in headless Chromium; skipped, with a loud reason, where no Chromium runs. */
function described<P extends { close(): Promise<void> }>(
  name: string,
  open: (executable: string) => Promise<P>,
  body: (opened: () => P) => void,
): void {
  const executable = findChromium();
  let opened: P | undefined;
  const get = () => opened!;
  if (!executable) {
    console.warn(`SKIPPED: "${name}" ${NO_CHROMIUM}.`);
    describe.skip(`${name} (no Chromium)`, () => body(get));
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      opened = await open(executable);
    }, 120_000);
    afterAll(() => opened?.close());
    body(get);
  });
}

/** Tests of a module in headless Chromium. */
export const inBrowser = (name: string, options: BrowserOptions, body: (page: BrowserPage) => void): void =>
  described(
    name,
    async (executable) => openPage(executable, await bundlers.esbuild(options.entry), options),
    (page) => body({ call: (...call) => page().call(...call) }),
  );

/** Tests of pages of HTML as headless Chromium shows them. */
export const htmlInBrowser = (name: string, body: (show: HtmlBrowser['show']) => void): void =>
  described(name, openHtmlBrowser, (browser) => body((...shown) => browser().show(...shown)));
