import type { ReadmeEnvironment } from '@interlayer/test-kit';
import { serveHub } from '@interlayer/test-kit/serve-hub';
import { parquet } from './parquet';

const COMMIT = '0'.repeat(40);

/** A hub on this machine with a validation split of MRPC that has the official numbers of rows and of labels. */
export const environment: ReadmeEnvironment = async (cache) => {
  const rows = Array.from({ length: 408 }, (_, idx) => ({
    sentence1: `The company bought ${idx} shares .`,
    sentence2: `${idx} shares were bought by the company .`,
    label: idx < 279 ? 1 : 0,
    idx,
  }));
  const files = { 'mrpc/validation-00000-of-00001.parquet': parquet(rows) };
  const { endpoint, close } = await serveHub({
    'datasets/nyu-mll/glue': { commits: { [COMMIT]: files }, refs: { main: COMMIT } },
  });
  const unset = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE', 'HF_TOKEN', 'http_proxy', 'HTTP_PROXY'];
  return {
    env: { HF_ENDPOINT: endpoint, HF_HUB_CACHE: cache, ...Object.fromEntries(unset.map((name) => [name, undefined])) },
    close,
  };
};
