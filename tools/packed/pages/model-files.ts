import { countField } from '@interlayer/model-files';

export const run = (): number[] => [countField({ width: 3 }, 'width')];
