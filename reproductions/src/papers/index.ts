import geva2021 from './geva-2021/paper';
import kobayashi2024 from './kobayashi-2024/paper';
import type { Paper } from './paper';
import sridhar2020 from './sridhar-2020/paper';
import zhao2021 from './zhao-2021/paper';

/** The papers, in the order of the report. */
export const papers: readonly Paper[] = [geva2021, zhao2021, sridhar2020, kobayashi2024];
