import { describe, expect, it } from 'vitest';
import { standing } from '../../src/report/standing';

const table = (...rows: [string, string, number, string][]) => ({
  title: '',
  columns: ['claim', 'criterion', 'data sets', '%', 'bar'],
  rows: rows.map(([claim, name, share, bar]) => [claim, name, 60, share, bar]),
});

describe('how a calibration stands to its bars', () => {
  it('names what misses them', () => {
    expect(
      standing(
        table(
          ['p/c1', 'grows', 90, 'met'],
          ['p/c1', 'falls', 77, 'within the error'],
          ['p/c2', 'grows', 31.7, 'missed'],
          ['p/c2', 'reproduced', 20, 'missed'],
          ['p/c3', 'reproduced', 0, 'missed'],
        ),
      ),
    ).toBe(
      '1 of 5 meet their bar, and 1 miss it by no more than the error of the simulation. Clearly missed by 3: p/c2 (grows 31.7\u00a0%, reproduced 20\u00a0%); p/c3 (reproduced 0\u00a0%).',
    );
    expect(standing(table(['p/c1', 'grows', 90, 'met']))).toBe('1 of 1 meet their bar. None clearly misses it.');
  });

  it('says nothing of a table without bars', () => {
    expect(standing({ title: '', columns: ['claim'], rows: [['p/c1']] })).toBeUndefined();
  });
});
