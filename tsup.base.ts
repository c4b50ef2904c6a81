import type { Options } from 'tsup';

/** The one build recipe of every package: ESM and declarations, workspace packages left external. */
export const base: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  dts: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
  // Declarations must see the published entry of a neighbour, not its source.
  tsconfig: '../../tsconfig.build.json',
};
