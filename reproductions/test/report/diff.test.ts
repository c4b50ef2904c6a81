import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@interlayer/test-kit';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/claim/schema';
import { differences, diffReports } from '../../src/report/diff';
import { reportJson } from '../../src/report/report';
import { reproduce } from '../run/reproduce';
import { exampleReport, measured, notRun } from './example';

const { result } = measured('mini-gpt');

describe('what moved between two reports', () => {
  it('is nothing where the results agree up to rounding', () => {
    expect(differences([result], [result])).toEqual([]);
    const headline = { ...result.headline!, value: 40 * (1 + 1e-12) };
    expect(differences([result], [{ ...result, headline, figures: [] }])).toEqual([]);
  });

  it('is told of verdicts, samples, estimates, criteria and controls, with the amount', () => {
    const other: Result = structuredClone(result);
    other.verdict = 'inconclusive';
    other.n = 2900;
    other.headline = { ...other.headline!, value: 38.5, interval: [36, 41] };
    const [criterion] = other.criteria;
    criterion!.status = 'open';
    criterion!.parts[1] = { ...criterion!.parts[1]!, estimate: 2.5, interval: [-1, 6], status: 'open' };
    // An interval moves though its estimate does not.
    criterion!.parts[0]!.interval = [17, 21];
    other.controls[0] = { ...other.controls[0]!, outcome: 'failed', detail: 'hits in 90 %' };
    other.controls.pop();
    expect(differences([result], [other])).toEqual([
      [
        'mini-gpt/geva-2021/c10-residual-holds-answer',
        '  verdict: reproduced → inconclusive',
        '  sample: 3,000 → 2,900 (-100)',
        '  residual hits at layer 3: 40 % [38, 42] → 38.5 % [36, 41] (-1.50)',
        '  criterion increasing: holds → undecided',
        '  criterion increasing, layer 1 to 2: 19 [18, 20] → 19 [17, 21] (+0)',
        '  criterion increasing, layer 2 to 3: 20 [19, 21] → 2.50 [-1, 6] (-17.5)',
        '  control untrained model: passed → failed',
        '  control untrained model, measured: hits in 0 % → hits in 90 %',
        '  control bookkeeping: passed → absent',
        '  control bookkeeping, measured: nothing is off → absent',
      ].join('\n'),
    ]);
  });

  it('names what only one of them has, and numbers that are gone', () => {
    const gone = { ...result, headline: { ...result.headline!, value: null, interval: undefined } };
    expect(differences([notRun('a').result, result], [gone, measured('b').result])).toEqual([
      'a/geva-2021/c7-many-cells-fire\n  only in the first: not run',
      'mini-gpt/geva-2021/c10-residual-holds-answer\n  residual hits at layer 3: 40 % [38, 42] → undefined %',
      'b/geva-2021/c10-residual-holds-answer\n  only in the second: reproduced',
    ]);
  });

  it('sends nothing to a terminal that it could take for a command', () => {
    const hostile = {
      ...result,
      id: `${result.id}\u001b]0;x`,
      controls: [{ ...result.controls[0]!, name: 'a\u0007\n' }],
    };
    expect(differences([result], [hostile, { ...hostile, id: result.id }]).join('')).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('keeps parts of one name apart', () => {
    const twice: Result = structuredClone(result);
    twice.criteria[0]!.parts[1]!.label = twice.criteria[0]!.parts[0]!.label;
    const other = structuredClone(twice);
    other.criteria[0]!.parts[1]!.estimate = 21;
    expect(differences([twice], [other])[0]).toContain('layer 1 to 2 (2): 20 [19, 21] → 21 [19, 21] (+1)');
  });
});

describe('pnpm reproduce diff', () => {
  it('compares files and folders, and ends with 0, 1 or 3', async () => {
    const here = await temporaryFolder();
    const report = exampleReport();
    writeFileSync(join(here, 'a.json'), reportJson(report));
    mkdirSync(join(here, 'out'));
    const other = structuredClone(report);
    other.claims[1]!.result.headline!.value = 41;
    writeFileSync(join(here, 'out', 'report.json'), reportJson(other));
    writeFileSync(join(here, 'old.json'), '{"claims": [{"result": {"schemaVersion": 1}}]}');
    expect(diffReports(['a.json', 'a.json'], here)).toEqual({
      text: 'Nothing moved: 2 results agree.\n',
      moved: false,
    });
    const environment = { INIT_CWD: here };
    const same = await reproduce(['diff', 'a.json', 'a.json'], { environment });
    expect(same).toMatchObject({ code: 0, stdout: 'Nothing moved: 2 results agree.\n', stderr: '' });
    const moved = await reproduce(['diff', 'a.json', 'out'], { environment });
    expect(moved.code).toBe(1);
    expect(moved.stdout).toBe(
      'mini-gpt/geva-2021/c10-residual-holds-answer\n  residual hits at layer 3: 40 % [38, 42] → 41 % [38, 42] (+1)\n\n1 moved.\n',
    );
    for (const [file, why] of [
      ['absent.json', 'absent.json cannot be compared: ENOENT'],
      ['old.json', 'does not fit its schema'],
    ] as const) {
      const { code, stderr, stdout } = await reproduce(['diff', 'a.json', file], { environment });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(`error: ${file}`);
      expect(stderr).toContain(why);
    }
    expect(() => diffReports(['a.json'], here)).toThrow('diff compares two reports');
  }, 120_000);
});
