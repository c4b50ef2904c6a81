import type { BootstrapInterval } from '@interlayer/stats';
import type { ProbeRecord } from './probe-record';

/** One value for each probe. Where there is no interval, its ends are the value. */
export interface ChartSeries {
  name: 'probe' | 'majority' | 'control' | 'selectivity';
  values: number[];
  lower: number[];
  upper: number[];
}

/** What to draw of probes, such as those of a model's layers: plain data for any plotting library. */
export interface ProbeChart {
  /** Names of the probes, along the x-axis. */
  x: string[];
  /** What the y-axis shows, in shares of 1. */
  y: string;
  series: ChartSeries[];
}

/** The metric of each probe with the majority baseline, the control task and the selectivity, all with intervals. */
export function probeChart(records: Readonly<Record<string, ProbeRecord>>): ProbeChart {
  const list = Object.values(records);
  const series = (name: ChartSeries['name'], of: (record: ProbeRecord) => BootstrapInterval): ChartSeries => {
    const intervals = list.map(of);
    const end = (which: 'lower' | 'upper') =>
      intervals.map((interval) => (interval.degenerate === undefined ? interval[which] : interval.estimate));
    return { name, values: intervals.map(({ estimate }) => estimate), lower: end('lower'), upper: end('upper') };
  };
  return {
    x: Object.keys(records),
    y: list[0]?.metric ?? 'accuracy',
    series: [
      series('probe', ({ test }) => test),
      series('majority', ({ majority }) => majority.test),
      series('control', ({ control }) => control.test),
      series('selectivity', ({ selectivity }) => selectivity),
    ],
  };
}
