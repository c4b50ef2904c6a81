import { defineConfig } from 'tsup';
import { base } from '../../tsup.base';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/platform/node.ts', 'src/platform/browser.ts'],
  // The platform is chosen where the package is used.
  external: ['#platform'],
  dts: { entry: 'src/index.ts' },
});
