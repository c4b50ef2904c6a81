import type { ReadmeEnvironment } from '@interlayer/test-kit';
import { serveHub } from '@interlayer/test-kit/serve-hub';

const COMMIT = '607a30d783dfa663caf39e06633721c8d4cfcd7e';

/** A hub on this machine that has GPT-2, and an empty cache. */
export const environment: ReadmeEnvironment = async (cache) => {
  const files = ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => [name, Buffer.from(name)]);
  const { endpoint, close } = await serveHub({
    'openai-community/gpt2': { commits: { [COMMIT]: Object.fromEntries(files) }, refs: { main: COMMIT } },
  });
  const unset = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE', 'HF_TOKEN', 'http_proxy', 'HTTP_PROXY'];
  return {
    env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache, ...Object.fromEntries(unset.map((name) => [name, undefined])) },
    close,
  };
};
