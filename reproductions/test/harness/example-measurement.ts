import type { Measurement } from '../../src/harness/measurement';

/** What a measurement of C10 may look like. */
export function exampleMeasurement(): Measurement {
  return {
    sentence: 'The residual points at the final token in 1, 20, 40 % of the prefixes.',
    headline: {
      name: 'residual hits at layer 3',
      value: 40,
      unit: '%',
      interval: [38, 42],
      method: 'hierarchical bootstrap',
      monteCarloError: 0.05,
    },
    n: 3000,
    dropped: [{ count: 2, why: 'too long' }],
    criteria: [
      {
        name: 'increasing',
        statement: 'The share grows',
        kind: 'direction',
        from: 0,
        side: 'above',
        sesoi: 3,
        level: 0.95,
        parts: [
          { label: 'layer 1 to 2', estimate: 19, interval: [18, 20], monteCarloError: 0.02 },
          { label: 'layer 2 to 3', estimate: 20, interval: [19, 21] },
        ],
      },
    ],
    controls: [
      { name: 'untrained model', kind: 'negative', outcome: 'passed', detail: 'hits in 0 %' },
      { name: 'shuffled pairs', kind: 'negative', outcome: 'reported', detail: 'hits in 1 %' },
      { name: 'bookkeeping', kind: 'positive', outcome: 'passed', detail: 'nothing is off' },
    ],
    deviations: ['Ours is <smaller> & "newer".'],
    figures: [
      {
        kind: 'depth',
        title: 'Hits',
        unit: '%',
        range: [0, 100],
        series: [
          {
            name: 'paper',
            role: 'paper',
            points: [
              { depth: 0.5, layer: 1, value: 3 },
              { depth: 1, layer: 2, value: 86 },
            ],
          },
          {
            name: 'mini',
            role: 'ours',
            points: [
              { depth: 1 / 3, layer: 1, value: 1, interval: [0, 2] },
              { depth: 2 / 3, layer: 2, value: 20, interval: [18, 22], quartiles: [10, 30] },
              { depth: 1, layer: 3, value: 40, interval: [38, 42], quartiles: [20, 60] },
            ],
          },
          { name: 'untrained', role: 'untrained', points: [{ depth: 1, layer: 3, value: null }] },
          { name: 'shuffled pairs', role: 'shuffled', points: [{ depth: 1, layer: 3, value: 35 }] },
        ],
      },
      {
        kind: 'stacked',
        title: 'Cases',
        unit: '%',
        parts: ['a', 'b'],
        panels: [
          {
            name: 'mini',
            role: 'ours',
            layers: [
              [40, 60],
              [0, 100],
            ],
          },
        ],
      },
      { kind: 'bars', title: 'Counts', unit: 'parameters', bars: [{ label: 'all', parts: [{ name: 'a', value: 7 }] }] },
    ],
    tables: [
      {
        title: 'More',
        columns: ['x', 'y'],
        rows: [
          ['a', 1],
          ['b', null],
        ],
      },
    ],
  };
}
