import { runReadme } from '@interlayer/test-kit';

runReadme(import.meta.url);
