import { afterAll, beforeAll, describe } from 'vitest';
import { bundlers } from './bundle';
import { type BrowserPage, findChromium, NO_CHROMIUM, openPage, type PageOptions } from './chromium';

export type { BrowserPage } from './chromium';

export interface BrowserOptions extends PageOptions {
  /** A TypeScript module, which is bundled from source for the browser and whose exports can be called. */
  entry: string;
}

/** A `describe` for tests in headless Chromium; skipped, with a loud reason, where no Chromium runs. */
export function inBrowser(name: string, options: BrowserOptions, body: (page: BrowserPage) => void): void {
  const executable = findChromium();
  if (!executable) {
    console.warn(`SKIPPED: "${name}" ${NO_CHROMIUM}.`);
    describe.skip(`${name} (no Chromium)`, () => body({ call: () => Promise.reject() }));
    return;
  }
  describe(name, () => {
    let page: Awaited<ReturnType<typeof openPage>>;
    beforeAll(async () => {
      page = await openPage(executable, await bundlers.esbuild(options.entry), options);
    }, 120_000);
    afterAll(() => page?.close());
    body({ call: (...call) => page.call(...call) });
  });
}
