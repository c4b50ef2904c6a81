import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PageOptions {
  /** Folders whose files are served with the bundle. */
  assets?: readonly string[];
  /** Further command-line flags for Chromium. */
  flags?: readonly string[];
  /** Serve with the headers that allow a page to use threads. */
  isolated?: boolean;
}

export interface BrowserPage {
  /** Calls a function that the entry exports. Arguments and the result are copied; typed arrays keep their type. */
  call<T>(name: string, ...args: unknown[]): Promise<T>;
}

/**
 * The Chromium of this machine: the first that runs, as on some systems chromium-browser is a script that asks for another
 * package. Undefined where none runs.
 */
export const findChromium = (): string | undefined =>
  process.env.INTERLAYER_CHROMIUM ??
  CHROMIUM.find((program) => existsSync(program) && spawnSync(program, ['--version']).status === 0);

/** What to say where there is no Chromium. */
export const NO_CHROMIUM = "needs Chromium: Debian's chromium package, or INTERLAYER_CHROMIUM naming the program";

/**
 * Opens a page with a bundle, the files of which are given by their paths, `/page.js` first, in headless Chromium.
 *
 * @throws When the bundle does not load, with the errors of the page.
 */
export async function openPage(
  executable: string,
  files: ReadonlyMap<string, Uint8Array>,
  options: PageOptions = {},
): Promise<BrowserPage & { close(): Promise<void> }> {
  const server = await serve(files, options);
  const browser = await launch(executable, options.flags);
  const close = async () => {
    await browser.close();
    server.close();
  };
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('globalThis.page', undefined, { timeout: 30_000 }).catch(async (error: unknown) => {
    await close();
    throw new Error(`The page did not load: ${errors.join('; ') || error}`);
  });
  return {
    call: (name, ...args) =>
      page.evaluate(
        ([name, args]) =>
          (globalThis as never as { page: Record<string, (...args: unknown[]) => never> }).page[name]!(...args),
        [name, args] as const,
      ),
    close,
  };
}

const launch = (executable: string, flags: readonly string[] = []) =>
  chromium.launch({ executablePath: executable, args: [...FLAGS, ...flags] });

export interface HtmlBrowser {
  /** A page of HTML in a window of so many pixels, in a new tab. */
  show(html: string, view: { width: number; colorScheme?: 'light' | 'dark' }): Promise<Page>;
  close(): Promise<void>;
}

/** Headless Chromium that shows pages of HTML, each of which has to fetch nothing. */
export async function openHtmlBrowser(executable: string): Promise<HtmlBrowser> {
  const browser = await launch(executable);
  return {
    async show(html, { width, colorScheme = 'light' }) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      await page.setContent(html);
      return page;
    },
    close: () => browser.close(),
  };
}

function serve(
  files: ReadonlyMap<string, Uint8Array>,
  { assets = [], isolated = false }: PageOptions,
): Promise<Server> {
  const isolation = isolated
    ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    : {};
  const server = createServer(({ url }, response) => {
    const path = new URL(url!, 'http://127.0.0.1').pathname;
    const send = (type: string, content: Uint8Array | string) =>
      response.writeHead(200, { 'Content-Type': type, ...isolation }).end(content);
    if (path === '/')
      return send(
        'text/html',
        `<script type="module">import * as page from '/page.js'; globalThis.page = page;</script>`,
      );
    const asset = assets.map((folder) => join(folder, path)).find(existsSync);
    const content = files.get(path) ?? (asset && readFileSync(asset));
    if (content) send(TYPES[extname(path)] ?? 'application/octet-stream', content);
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
