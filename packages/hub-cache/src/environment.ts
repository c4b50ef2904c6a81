import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absolutePath } from './absolute-path';
import { requireToken } from './token';

// The variables that Python's huggingface_hub reads, so that one setting serves both. An empty one counts as unset.

const { env } = process;

const isTrue = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? '');

/** The variable that asks for no network, if one does. */
export const offlineVariable = (): string | undefined =>
  ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].find((name) => isTrue(env[name]));

/** Whether snapshots hold copies in place of symbolic links. */
export const withoutSymlinks = (): boolean => isTrue(env.HF_HUB_DISABLE_SYMLINKS);

/** Seconds without a byte after which a transfer counts as broken. */
export const downloadTimeout = (): number => Number(env.HF_HUB_DOWNLOAD_TIMEOUT) || 10;

/** The first of some variables that is set. */
function setting(...names: string[]): { name: string; value: string } | undefined {
  const name = names.find((each) => env[each]);
  return name === undefined ? undefined : { name, value: env[name]! };
}

/** A folder that a variable names. */
function folder(...names: string[]): string | undefined {
  const variable = setting(...names);
  return variable && absolutePath(variable.value, variable.name);
}

const home = (): string =>
  folder('HF_HOME') ?? join(folder('XDG_CACHE_HOME') ?? absolutePath('~/.cache'), 'huggingface');

/** HF_HUB_CACHE, its older name, or `hub` in HF_HOME. */
export const defaultCache = (): string => folder('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE') ?? join(home(), 'hub');

/** HF_TOKEN, its older name, or what `hf auth login` stored; none where HF_HUB_DISABLE_IMPLICIT_TOKEN forbids it. */
export async function defaultToken(): Promise<string | undefined> {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const given = setting('HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN');
  if (given) return requireToken(given.value, given.name);
  const file = folder('HF_TOKEN_PATH') ?? join(home(), 'token');
  return requireToken(await readFile(file, 'utf8').catch(() => ''), file);
}
