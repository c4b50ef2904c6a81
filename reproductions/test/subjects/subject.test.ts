import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectConservesTensors, shared, temporaryFolder, useBackend } from '@interlayer/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { variantsOf } from '../../src/claim/schema';
import { subjects } from '../../src/subjects';
import { lacking, memoryOf } from '../../src/subjects/specimen';
import { folderOf, openSpecimen, type Subject, Unavailable } from '../../src/subjects/subject';
import { subjectIn, tinyCheckpoint } from './tiny-checkpoint';

/** Folder of a tokenizer with these pieces. */
function tokenizerBeside(folder: string, pieces: string[]): string {
  const tokenizer = join(folder, 'other');
  mkdirSync(tokenizer);
  writeFileSync(join(tokenizer, 'vocab.txt'), `${pieces.join('\n')}\n`);
  return tokenizer;
}

beforeAll(() => useBackend('cpu'));

describe('a subject', () => {
  it.each(['gpt2', 'bert'] as const)('of the family %s is opened, and frees what it loaded', async (family) => {
    const folder = await temporaryFolder();
    await tinyCheckpoint(folder, family);
    await expectConservesTensors(async () => {
      const specimen = await openSpecimen(subjectIn(folder));
      expect(specimen).toMatchObject({ layers: 2, cells: 60, width: 16, vocabulary: 4096, positions: 64 });
      expect(specimen.kind).toBe(family === 'bert' ? 'masked' : 'causal');
      expect(specimen.readouts.map(({ name }) => name)).toEqual([family === 'bert' ? 'MLM head' : 'ln_f', 'raw']);
      expect(specimen.tokenizer.vocabularySize).toBe(4096);
      specimen.dispose();
    });
  });

  it('without a head has no readout', async () => {
    const folder = await temporaryFolder();
    await tinyCheckpoint(folder, 'bert', { head: false });
    const specimen = await openSpecimen(subjectIn(folder));
    expect(specimen.readouts).toEqual([]);
    specimen.dispose();
  });

  it('takes its tokenizer from where it says', async () => {
    const [weights, other] = [await temporaryFolder(), await temporaryFolder()];
    await tinyCheckpoint(weights, 'gpt2', { tokenizer: false });
    await tinyCheckpoint(other, 'gpt2');
    const specimen = await openSpecimen(subjectIn(weights, { tokenizer: other }));
    expect(specimen.tokenizer.vocabularySize).toBe(4096);
    specimen.dispose();
  });

  it.each(['mini-bert', 'mini-gpt'])('%s is opened earlier in its training too, with its own tokenizer', async (id) => {
    const subject = subjects.find((each) => each.id === id)!;
    const [step, ...others] = variantsOf(['snapshots'], subject.variants);
    expect(step).toMatch(/^step-\d+$/);
    expect(others).toEqual([]);
    const [early, trained] = [await openSpecimen(subject, step), await openSpecimen(subject)];
    expect(early).toMatchObject({ layers: trained.layers, cells: trained.cells, vocabulary: trained.vocabulary });
    expect(early.tokenizer.encode('union').ids).toEqual(trained.tokenizer.encode('union').ids);
    const [first, last] = [await memoryOf(early, 0), await memoryOf(trained, 0)];
    expect(first.bias).not.toEqual(last.bias);
    for (const specimen of [early, trained]) specimen.dispose();
  });

  it.each<[string, (folder: string) => Promise<Partial<Subject> | undefined>, RegExp]>([
    ['is not there', async () => undefined, /^tiny is not here: its folder is gone$/],
    [
      'has no such variant',
      async (folder) => ({ variants: { half: folder } }),
      /^tiny has no variant base; it has half$/,
    ],
    [
      'has a configuration that is not JSON',
      async (folder) => void writeFileSync(join(folder, 'config.json'), '{"model_type":'),
      /cannot be measured: .+config\.json is not JSON: /,
    ],
    [
      'is of another family',
      async (folder) => void writeFileSync(join(folder, 'config.json'), '{"model_type":"mistral"}'),
      /cannot be measured: .* is a model of the type "mistral", which is not supported/,
    ],
    [
      'has no weights',
      async (folder) => void writeFileSync(join(folder, 'config.json'), '{"model_type":"gpt2"}'),
      /^the model in .+ cannot be measured: /,
    ],
    [
      'has no tokenizer',
      async (folder) => void (await tinyCheckpoint(folder, 'gpt2', { tokenizer: false })),
      /cannot be measured: it has no tokenizer; put its tokenizer\.json \(or vocab\.txt\) beside the weights$/,
    ],
    [
      'has the tokenizer of another family',
      async (folder) => {
        await tinyCheckpoint(folder, 'bert', { tokenizer: false });
        return { tokenizer: tokenizerBeside(folder, ['a', '[UNK]', '[CLS]', '[SEP]']) };
      },
      /cannot be measured: its tokenizer lacks one of the tokens \[CLS\], \[SEP\] and \[MASK\]$/,
    ],
    [
      'has fewer embeddings than tokens',
      async (folder) => {
        await tinyCheckpoint(folder, 'bert', { tokenizer: false });
        const words = Array.from({ length: 4096 }, (_, i) => `w${i}`);
        return { tokenizer: tokenizerBeside(folder, [...words, '[UNK]', '[CLS]', '[SEP]', '[MASK]']) };
      },
      /cannot be measured: .* has 4096 word embeddings, and its tokenizer has tokens beyond them: /,
    ],
  ])('that %s is refused in words, and leaves nothing behind', async (_, spoil, message) => {
    const folder = await temporaryFolder();
    const change = await spoil(folder);
    await expectConservesTensors(async () => {
      const opening = openSpecimen(subjectIn(folder, change ?? {}));
      await expect(opening).rejects.toThrow(Unavailable);
      await expect(opening).rejects.toThrow(message);
    });
  });
});

describe('the named subjects', () => {
  it('have names of their own, and a variant that claims ask', () => {
    expect(new Set(subjects.map(({ id }) => id)).size).toBe(subjects.length);
    for (const { id, variants, missing } of subjects) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(variants, id).toHaveProperty('base');
      expect(missing.length, id).toBeGreaterThan(10);
    }
  });

  it.each(subjects.filter(({ scale }) => scale === 'mini'))(
    '$id is in this checkout, all variants of it',
    (subject) => {
      for (const variant of Object.keys(subject.variants)) expect(folderOf(subject, variant)).toBeTruthy();
    },
  );
});

it('a variant of mini-bert has no feed-forward blocks, and so no memories', async () => {
  const miniBert = subjects.find(({ id }) => id === 'mini-bert')!;
  const specimen = await openSpecimen(miniBert, 'no-ffn');
  expect(lacking(specimen, 'memories')).toBe('some of its layers have no feed-forward block');
  specimen.dispose();
});

shared('subjects that are read in place', () => {
  it.each(subjects.filter(({ scale }) => scale === 'checkpoint'))('$id opens', async (subject) => {
    const specimen = await openSpecimen(subject);
    expect(specimen.layers).toBeGreaterThan(1);
    expect(specimen.tokenizer.vocabularySize).toBe(specimen.vocabulary);
    specimen.dispose();
  });
});
