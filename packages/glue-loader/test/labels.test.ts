import { describe, expect, expectTypeOf, it } from 'vitest';
import { type GlueRow, glue, labelId, labelName, type Score, tasks } from '../src/index';

describe('labels', () => {
  it('are known by name and by id, as on the hub', () => {
    for (const task of ['cola', 'sst2', 'mrpc', 'qqp', 'mnli', 'qnli', 'rte', 'wnli', 'ax'] as const) {
      for (const [id, name] of tasks[task].label.names.entries()) {
        expect(labelName(task, id as 0)).toBe(name);
        expect(labelId(task, name)).toBe(id);
      }
    }
    expect(labelName('mrpc', 1)).toBe('equivalent');
    expect(labelId('wnli', 'not_entailment')).toBe(0);
    expect(labelId('rte', 'not_entailment')).toBe(1);
  });

  it('that do not exist are refused', () => {
    // @ts-expect-error there are two
    expect(() => labelName('mrpc', 2)).toThrow(
      '2 is not a label of mrpc: expected 0 (not_equivalent), 1 (equivalent).',
    );
    // @ts-expect-error it is spelled otherwise
    expect(() => labelId('mnli', 'contradicts')).toThrow(
      'Did you mean "contradiction"? It has: entailment, neutral, contradiction.',
    );
    // @ts-expect-error scores have no names
    expect(() => labelName('stsb', 3)).toThrow('The labels of stsb are scores, which have no names.');
  });
});

it('has a type for each task and split', async () => {
  const validation = (from: string) => glue('mrpc', 'validation', { from });
  type Rows = Awaited<ReturnType<typeof validation>>['rows'];
  expectTypeOf<Rows>().toEqualTypeOf<{ sentence1: string; sentence2: string; label: 0 | 1; idx: number }[]>();
  expectTypeOf<GlueRow<'mnli', 'train'>>().toEqualTypeOf<{
    premise: string;
    hypothesis: string;
    label: 0 | 1 | 2;
    idx: number;
  }>();
  expectTypeOf<GlueRow<'sst2', 'test'>['label']>().toEqualTypeOf<0 | 1 | undefined>();
  expectTypeOf<GlueRow<'stsb', 'train'>['label']>().toEqualTypeOf<number>();
  expectTypeOf<Score<'mrpc'>>().toEqualTypeOf<Record<'accuracy' | 'f1', number>>();
  // @ts-expect-error mnli has no plain validation split
  await expect(glue('mnli', 'validation')).rejects.toThrow('There is no split');
});
