import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseReport, readCalibration, reportJson } from '../../src/report/report';
import { provenanceOf } from '../../src/run/provenance';
import { claims, exampleReport, measured, provenanceInput } from './example';

describe('report.json', () => {
  it('fits its schema, and has the same bytes for the same results but for the runtime block', () => {
    const one = exampleReport();
    const two = exampleReport(['mini-gpt'], { runtime: { finished: 'later', seconds: 99, host: 'there' } });
    expect(parseReport(JSON.parse(reportJson(one)), 'x')).toEqual(one);
    const without = ({ runtime: _, ...rest }: typeof one) => JSON.stringify(rest);
    expect(without(one)).toBe(without(two));
    expect(reportJson(one)).not.toBe(reportJson(two));
  });

  it('carries the calibration of the rules where there is one', () => {
    const calibration = [{ title: 'Null data sets', columns: ['rule', 'rate'], rows: [['direction', 0.02]] }];
    expect(exampleReport(['mini-gpt'], { calibration })).toMatchObject({ calibration });
    expect(exampleReport(['mini-gpt'], { calibration: [] })).not.toHaveProperty('calibration');
    const folder = mkdtempSync(join(tmpdir(), 'calibration-'));
    const file = join(folder, 'calibration.json');
    expect(readCalibration(file)).toEqual([]);
    writeFileSync(file, JSON.stringify(calibration));
    expect(readCalibration(file)).toEqual(calibration);
    writeFileSync(file, '[{}]');
    expect(() => readCalibration(file)).toThrow(file);
    rmSync(folder, { recursive: true });
  });

  it('rejects what does not fit, and names the file', () => {
    expect(() => parseReport({ schemaVersion: 7 }, 'out/report.json')).toThrow('out/report.json');
  });

  const compared = (verdict: 'reproduced' | 'partially', headline: number, stored = measured('mini-gpt')) =>
    exampleReport(['mini-gpt'], {
      measured: [
        {
          claim: claims.c10,
          stored,
          accepted: { verdict, headline, monteCarloError: 0.05, seconds: 1, reason: 'first' },
        },
      ],
    }).claims[0];

  it('compares verdicts with the accepted ones, and warns of a headline that moved', () => {
    const [first, second] = exampleReport().claims;
    expect(first).toMatchObject({ accepted: null, asAccepted: false });
    expect(second).toMatchObject({ accepted: 'reproduced', asAccepted: true, drift: null });
    expect(compared('partially', 35.01234)).toMatchObject({
      asAccepted: false,
      drift: 'residual hits at layer 3 was 35.0 when accepted and is 40 now',
    });
    expect(compared('reproduced', 39.9)).toMatchObject({ asAccepted: true, drift: null });
  });

  it('does not pass a control that fails only now, though the verdict is the accepted one', () => {
    const controls = measured('mini-gpt').result.controls.map((control) => ({
      ...control,
      outcome: 'failed' as const,
    }));
    expect(compared('reproduced', 40, measured('mini-gpt', { controls }))).toMatchObject({ asAccepted: false });
  });

  it('hashes its provenance, whatever the order of the keys', () => {
    const { hash } = provenanceOf(provenanceInput, []);
    const reversed = Object.fromEntries(Object.entries(provenanceInput).reverse()) as typeof provenanceInput;
    expect(provenanceOf(reversed, []).hash).toBe(hash);
    expect(provenanceOf({ ...provenanceInput, seed: 2 }, []).hash).not.toBe(hash);
  });
});
