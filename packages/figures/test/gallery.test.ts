import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { figureSvg } from '../src';
import { gallery } from './gallery';

it.each(Object.entries(gallery))('the picture of %s is what is drawn now', (name, figure) => {
  expect(readFileSync(join(import.meta.dirname, `../pictures/${name}.svg`), 'utf8')).toBe(figureSvg(figure));
});
