import { runReadme } from '@interlayer/test-kit';

// What `import '@tensorflow/tfjs'` does for the reader.
runReadme(import.meta.url, { before: "await (await import('@interlayer/test-kit')).useBackend('cpu');" });
