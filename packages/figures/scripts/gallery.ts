/** Draws the pictures of the README: `npx tsx --conditions=@interlayer/source scripts/gallery.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figureSvg } from '../src';
import { gallery } from '../test/gallery';

for (const [name, figure] of Object.entries(gallery))
  writeFileSync(join(import.meta.dirname, `../pictures/${name}.svg`), figureSvg(figure));
