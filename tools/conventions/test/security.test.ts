import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimsAndShows, packages, root, sources } from '../src/workspace';

const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const rows = Array.from(security.matchAll(/^\| (.+ \(.+\)) \| (\d.*) \|$/gm), ([, reader, figures]) => ({
  reader: reader!,
  figures: figures!.split(' | ').map((figure) => Number(figure.replaceAll(',', ''))),
}));

/** The readers that tests give damaged inputs, by the names that the tests call them. */
const fuzzed = [...packages(), ...claimsAndShows()]
  .flatMap(({ folder }) => sources(join(folder, 'test')))
  .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/\bfuzz\(\s*(['"])(.+?)\1,/g)])
  .map(([, , reader]) => reader!);

it('SECURITY.md has the figures of every reader that is fuzzed, and of no other', () => {
  expect(fuzzed.length).toBeGreaterThanOrEqual(8);
  expect(rows.map(({ reader }) => reader)).toEqual([...fuzzed].sort((a, b) => a.localeCompare(b)));
});

it('the figures are those of the full half: ten thousand inputs, each refused or read, none a crash or a hang', () => {
  for (const { reader, figures } of rows) {
    const [inputs, cleanErrors, accepted, crashes, hangs] = figures;
    expect([inputs, crashes, hangs], reader).toEqual([10_000, 0, 0]);
    expect(cleanErrors! + accepted!, reader).toBe(inputs);
  }
});
