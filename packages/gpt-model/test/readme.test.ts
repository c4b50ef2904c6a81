import { runReadme } from '@interlayer/test-kit';

runReadme(import.meta.url, {
  before: `import { useBackend } from '@interlayer/test-kit'; await useBackend('cpu');`,
});
