import { claim, exactly } from '../../src/claim';
import { material } from '../../src/materials/material';

const tables = material<never>({
  name: 'tables',
  needs: [],
  source: 'its code',
  make: () => {
    throw new Error('no such table');
  },
});

export default claim('geva-2021/c97-throws', {
  title: 'Cannot be measured',
  locator: 'none',
  says: 'There is a table.',
  kind: 'exact',
  estimand: 'Whether there is a table',
  material: tables,
  budget: { seconds: 5, megabytes: 600 },
  measure: () => 0,
  criteria: () => ({ there: ['It is there', exactly([])] }),
  headline: () => ['tables', '', 0],
  sentence: () => 'It is there.',
  controls: [],
});
