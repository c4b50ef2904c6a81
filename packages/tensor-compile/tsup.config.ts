import { defineConfig } from 'tsup';
import { base } from '../../tsup.base';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/platform/node.ts', 'src/platform/browser.ts', 'src/platform/session-thread-worker.js'],
  // Which platform it is is decided where the package is used.
  external: ['#platform'],
  dts: { entry: 'src/index.ts' },
});
