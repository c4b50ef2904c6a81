import { describe, expect, it } from 'vitest';
import { consoleTable, verdictLines } from '../../src/report/console';
import { withInterval, wrap } from '../../src/report/format';
import { reportMarkdown } from '../../src/report/markdown';
import { summaryOf } from '../../src/report/summary';
import { exampleReport, measured } from './example';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const plain = (text: string) => text.replace(/\x1b\[\d+m/g, '');

describe('report.md', () => {
  it('has a row for each pair, and no bar or line break in a cell', () => {
    const report = exampleReport(['mini-gpt', 'mini-bert']);
    const text = reportMarkdown(summaryOf(report));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 4);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(9);
    expect(rows.at(-1)).toContain(
      '✔ reproduced · mini-bert | The criterion holds. | residual hits at layer 3: 40 % \\[38, 42\\] |',
    );
    expect(rows.at(-1)).toMatch(/\| \\> 0\.99 \| \\< 0\.001 \| as accepted \|$/);
    expect(rows.at(-3)).toContain('– not run · mini-bert | no model |');
    expect(text).toContain(
      '- **Geva 2021**: Of its 2 measured claims, on mini-gpt 1 holds and 1 was not run; on mini-bert',
    );
    expect(text).toContain(report.provenance.hash);
  });
});

describe('the console table', () => {
  it('has a row for each pair, papers without claims, and what was found of each paper', () => {
    const text = plain(consoleTable(summaryOf(exampleReport())));
    expect(text).toMatch(/c7-many-cells-fire +– not run · mini-gpt +NEW, none accepted/);
    expect(text).toMatch(
      /c10-residual-holds-answer +✔ reproduced · mini-gpt +40 % \[38, 42\] +3 controls ok +as accepted/,
    );
    expect(text).toContain('Kobayashi 2024: No claim yet.');
    expect(text).toContain('Geva 2021: Of its 2 measured claims, on mini-gpt 1 holds and 1 was not run.');
  });

  it('says that a control failed, and warns of a headline that moved', () => {
    const report = exampleReport();
    report.claims[1]!.drift = 'residual hits was 35';
    report.claims[1]!.result.controls[0]!.outcome = 'failed';
    const text = plain(consoleTable(summaryOf(report)));
    expect(text).toContain('control FAILED');
    expect(text).toContain('warning: residual hits was 35');
  });

  it('counts recorded subjects without a row for each of their claims', () => {
    const recorded = { day: '2025-12-31', command: 'pnpm reproduce', provenance: 'a' };
    const other = exampleReport(['other']).claims.map((pair) => ({ ...pair, recorded }));
    const recording = { schemaVersion: 1 as const, subject: { id: 'other', name: 'other' }, claims: other };
    const text = plain(consoleTable(summaryOf(exampleReport(), [recording])));
    expect(text.match(/c10-residual/g)).toHaveLength(1);
    expect(text).toContain('; on other (recorded 2025-12-31) 1 holds and 1 was not run.');
  });

  it('prints a verdict with its sentence as soon as it is there', () => {
    expect(verdictLines(measured('mini-gpt').result, 50).map(plain)).toEqual([
      '✔ reproduced · mini-gpt  geva-2021/c10-residual-holds-answer',
      '    The residual points at the final token in 1,',
      '    20, 40 % of the prefixes.',
    ]);
  });
});

describe('numbers for people', () => {
  it('intervals without width are not shown', () => {
    expect(withInterval(41, '%', [40.99, 41.01])).toBe('41 %');
    expect(withInterval(4, '%', [4, 4])).toBe('4 %');
    expect(withInterval(4, '', [3, 5])).toBe('4 [3, 5]');
    expect(withInterval(1.42e-14, 'points', [-2.14, 2.8])).toBe('0 points [-2.14, 2.80]');
    expect(withInterval(1.42e-14, '', [1e-14, 2e-14])).toBe('1.42e-14 [1.00e-14, 2.00e-14]');
  });

  it('wraps at blanks', () => {
    expect(wrap('a bb ccc dddd', 6)).toEqual(['a bb', 'ccc', 'dddd']);
  });
});
