import { runReadme } from '@interlayer/test-kit';

// By its path: the packages of models lean on this one.
const folder = new URL('../../mini-gpt', import.meta.url).pathname;
runReadme(import.meta.url, { before: `const folder = ${JSON.stringify(folder)};` });
