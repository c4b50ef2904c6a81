import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { miniGptCard, miniGptFolder } from '@interlayer/mini-gpt';
import { expect, it } from 'vitest';
import { causalReadme } from '../../src/train/causal-readme';

it('the README of mini-gpt is what its card says', () => {
  expect(readFileSync(join(miniGptFolder, 'README.md'), 'utf8')).toBe(causalReadme(miniGptCard()));
});
