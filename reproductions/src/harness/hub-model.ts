import { downloadProgress } from './download-progress';
import type { GivenModel } from './model-folder';
import { EXIT_CODES } from './options';
import { UsageError } from './usage-error';

const say = (text: string) => process.stderr.write(`${text}\n`);

/**
 * A model on the hub, from the cache or downloaded with its progress told. Ctrl-C ends the process; what came by then stays
 * for the next one.
 */
export async function hubModel(repo: string, revision = 'main'): Promise<GivenModel> {
  // Loaded on use: who measures a folder needs no hub.
  const { HubError, hubFolder } = await import('@interlayer/hub-cache');
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const bar = downloadProgress(repo);
  try {
    const { folder, commit, unchecked } = await hubFolder(repo, {
      revision,
      onProgress: bar.tell,
      signal: stop.signal,
    });
    bar.clear();
    if (unchecked) say(`${repo}@${revision} was not checked (${unchecked}): the commit in the cache is ${commit}`);
    return { folder, name: `${repo}@${commit}` };
  } catch (error) {
    bar.clear();
    if (stop.signal.aborted) {
      say('\nStopped. What was downloaded is kept; the same command goes on with it.');
      process.exit(EXIT_CODES.interrupted);
    }
    if (!(error instanceof HubError)) throw error;
    throw new UsageError(`--model ${repo}${revision === 'main' ? '' : `@${revision}`}: ${error.message}`);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
}
