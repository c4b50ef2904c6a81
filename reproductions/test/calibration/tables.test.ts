import { describe, expect, it } from 'vitest';
import { plantedClaims } from '../../calibration/planted-claims';
import { calibrationTables, type RecordedTally, shareCells } from '../../calibration/tables';
import { readCalibration } from '../../src/report/report';

const tally = (id: string, planting: 'edge' | 'smallest', held: number): RecordedTally => ({
  sample: planting === 'edge' ? '25 keys' : '100 keys',
  id,
  planting,
  sets: 100,
  reproduced: held,
  covered: 95,
  criteria: [
    {
      name: 'grows',
      kind: 'direction',
      held,
      failed: 0,
      parts: 2,
      heldParts: 2 * held + 10,
      covered: 96,
      printedPower: 0.825,
    },
    { name: 'none', kind: 'exact', held: 100, failed: 0, parts: 1, heldParts: 100, covered: 100 },
  ],
});
const [a2, a10] = ['a-2000/a2-x', 'a-2000/a10-x'];
const of = (id: string, held: number) => [tally(id, 'edge', 3), tally(id, 'smallest', held)];

describe('a share', () => {
  it('meets its bar, misses it, or lies within its Monte-Carlo error', () => {
    expect(shareCells(3, 100, { high: 5 })).toEqual([3, 3.4, 'met']);
    expect(shareCells(9, 100, { high: 5 })).toEqual([9, 5.7, 'within the error']);
    expect(shareCells(10, 100, { high: 5 })[2]).toBe('missed');
    expect(shareCells(72, 100, { low: 80 })[2]).toBe('within the error');
    expect(shareCells(71, 100, { low: 80 })[2]).toBe('missed');
    expect(shareCells(388, 400, { low: 93, high: 97 })[2]).toBe('met');
    expect(shareCells(399, 400, { low: 93, high: 97 })[2]).toBe('missed');
  });
});

describe('the tables', () => {
  const tables = calibrationTables([], [...of(a10, 85), ...of(a2, 60)], '2030-01-02');

  it('have a row for each criterion that is estimated, and for the claim', () => {
    const [edge, smallest, coverage] = tables;
    expect(edge!.rows.map(([id, name]) => [id, name])).toEqual([
      [a2, 'grows'],
      [a2, 'reproduced'],
      [a10, 'grows'],
      [a10, 'reproduced'],
    ]);
    expect(smallest!.rows[0]).toEqual([a2, 'grows', 100, 60, 9.8, 'missed', 65, 82.5, '100 keys', '2030-01-02']);
    expect(smallest!.rows[1]).toEqual([a2, 'reproduced', 100, 60, 9.8, 'missed', '–', '–', '100 keys', '2030-01-02']);
    expect(coverage!.rows.slice(0, 2)).toEqual([
      [a2, 'headline', 200, 95, 3.1, 'met', '25 keys; 100 keys', '2030-01-02'],
      [a2, 'grows', 200, 96, 2.8, 'met', '25 keys; 100 keys', '2030-01-02'],
    ]);
    for (const { columns, rows } of tables) for (const row of rows) expect(row).toHaveLength(columns.length);
  });

  it('keep what is recorded of other claims', () => {
    const next = calibrationTables(tables, of(a2, 90), '2030-01-03');
    for (const [i, { rows }] of next.entries()) {
      expect(rows.filter(([id]) => id === a10)).toEqual(tables[i]!.rows.filter(([id]) => id === a10));
      expect(rows.filter(([id]) => id === a2).every((row) => row.at(-1) === '2030-01-03')).toBe(true);
    }
  });
});

it('what is recorded is of every claim that is planted', () => {
  const ids = plantedClaims.map(({ claim }) => claim.record.id).sort();
  for (const { rows } of readCalibration()) expect([...new Set(rows.map(([id]) => String(id)))].sort()).toEqual(ids);
});
