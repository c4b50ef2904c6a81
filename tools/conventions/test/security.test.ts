import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimsAndShows, packages, root, sources } from '../src/workspace';

const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const rows = Array.from(security.matchAll(/^\| (.+ \(.+\)) \| (\d.*) \|$/gm), ([, reader, figures]) => ({
  reader: reader!,
  figures: figures!.split(' | ').map((figure) => Number(figure.replaceAll(',', ''))),
}));

const escaped = (text: string): string => text.replace(/[.+*?^${}()|[\]\\]/g, '\\$&');

/** The readers that tests give damaged inputs, as patterns of their names: a test may fill in a part of a name. */
const fuzzed = [...packages(), ...claimsAndShows()]
  .flatMap(({ folder }) => sources(join(folder, 'test')))
  .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/\bfuzz\(\s*(['"`])(.+?)\1,/g)])
  .map(
    ([, , name]) =>
      new RegExp(
        `^${name!
          .split(/\$\{.+?\}/)
          .map(escaped)
          .join('.+')}$`,
      ),
  );

it('SECURITY.md has the figures of every reader that is fuzzed, and of no other', () => {
  expect(fuzzed.length).toBeGreaterThanOrEqual(8);
  for (const name of fuzzed)
    expect(
      rows.some(({ reader }) => name.test(reader)),
      `a row for ${name}`,
    ).toBe(true);
  for (const { reader } of rows)
    expect(
      fuzzed.some((name) => name.test(reader)),
      `a test of ${reader}`,
    ).toBe(true);
});

it('the figures are those of the full half: ten thousand inputs, each refused or read, none a crash or a hang', () => {
  for (const { reader, figures } of rows) {
    const [inputs, cleanErrors, accepted, crashes, hangs] = figures;
    expect([inputs, crashes, hangs], reader).toEqual([10_000, 0, 0]);
    expect(cleanErrors! + accepted!, reader).toBe(inputs);
  }
});
