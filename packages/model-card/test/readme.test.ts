import { fileURLToPath } from 'node:url';
import { runReadme } from '@interlayer/test-kit';

// By its path: the packages of models lean on this one.
const folder = fileURLToPath(new URL('../../mini-gpt', import.meta.url));
runReadme(import.meta.url, { before: `const folder = ${JSON.stringify(folder)};` });
