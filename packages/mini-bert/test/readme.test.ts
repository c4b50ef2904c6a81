import { runReadme, useBackend } from '@interlayer/test-kit';
import { beforeAll } from 'vitest';

beforeAll(() => useBackend('cpu'));
runReadme(import.meta.url);
