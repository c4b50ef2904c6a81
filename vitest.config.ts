import { defineConfig } from 'vitest/config';
import { readmeModules } from './tools/test-kit/src/readme-modules';

const conditions = ['@interlayer/source', 'module', 'node', 'import', 'default'];

/**
 * One configuration for every workspace: each runs `vitest run --config ../../vitest.config.ts --configLoader runner --root .`.
 * The runner, unlike vite's default, writes no file beside this one.
 */
export default defineConfig({
  plugins: [readmeModules()],
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    // tfjs keeps its engine in a global; a process each keeps the packages' tests apart.
    pool: 'forks',
  },
});
