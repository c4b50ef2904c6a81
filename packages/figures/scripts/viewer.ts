/** Bundles the viewer into the package: `npx tsx --conditions=@interlayer/source scripts/viewer.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewerModule } from '../test/viewer-module';

writeFileSync(join(import.meta.dirname, '../src/viewer-script.generated.ts'), await viewerModule());
