import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

// The variables that Python's huggingface_hub reads, so that one setting serves both.

/** HF_ENDPOINT, or the hub itself; without a slash at the end. */
export const defaultEndpoint = (): string => process.env.HF_ENDPOINT || 'https://huggingface.co';

const isTrue = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? '');

/** The variable that asks for no network, if one does. */
export const offlineVariable = (): string | undefined =>
  ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].find((name) => isTrue(process.env[name]));

/** Whether snapshots hold copies in place of symbolic links. */
export const withoutSymlinks = (): boolean => isTrue(process.env.HF_HUB_DISABLE_SYMLINKS);

/** Seconds without a byte after which a transfer counts as broken. */
export const downloadTimeout = (): number => Number(process.env.HF_HUB_DOWNLOAD_TIMEOUT) || 10;

/** HF_TOKEN, or what `hf auth login` left behind. */
export async function defaultToken(): Promise<string | undefined> {
  const { HF_TOKEN, HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  if (HF_TOKEN) return HF_TOKEN.trim();
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  const stored = await readFile(HF_TOKEN_PATH || join(home, 'token'), 'utf8').catch(() => '');
  return stored.trim() || undefined;
}
