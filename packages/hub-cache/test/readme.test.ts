import { runReadme } from '@interlayer/test-kit';

// A hub on this machine that has a model of that name.
runReadme(import.meta.url, {
  before: `
import { hubServer as __server, temporaryFolder as __folder } from '@interlayer/test-kit';
import { vi as __vi } from 'vitest';
const __files = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => [name, new TextEncoder().encode(name)]),
);
const __commit = '607a30d783dfa663caf39e06633721c8d4cfcd7e';
const __repos = { 'openai-community/gpt2': { commits: { [__commit]: __files }, refs: { main: __commit } } };
__vi.stubEnv('HF_ENDPOINT', (await __server(__repos)).endpoint);
__vi.stubEnv('HF_HUB_CACHE', await __folder());
for (const name of ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE', 'HF_TOKEN', 'http_proxy', 'HTTP_PROXY']) __vi.stubEnv(name, undefined);
`,
});
