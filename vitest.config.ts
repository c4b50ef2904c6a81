import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { readmeModules } from './tools/test-kit/src/readme-modules';

/** What changes the process for good, as a README that starts a backend does, or must see it as it starts. */
const alone = ['test/**/*.alone.test.ts', 'test/readme.test.ts'];
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
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    // tfjs keeps its engine in a global: each package has processes of its own, and its test files share them.
    pool: 'forks',
    // Two where there are two cores: vitest would leave one idle. No more, as turbo runs a package per core.
    maxWorkers: Math.min(availableParallelism(), 2),
    // A test's changes of the environment, and its spies, end with it.
    unstubEnvs: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          // A native TensorFlow is set up once for a process, as its first test asks.
          isolate: Boolean(process.env.INTERLAYER_TEST_BACKEND),
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
