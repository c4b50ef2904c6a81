import { HubError } from './hub-error';

/**
 * The hub's address without a slash at the end: the one given, HF_ENDPOINT, or https://huggingface.co.
 *
 * @throws HubError `setting` when it is not an http address, or holds a user name and password, which are not shown.
 */
export function hubEndpoint(given?: string): string {
  const [source, address] =
    given !== undefined ? ['endpoint', given] : ['HF_ENDPOINT', process.env.HF_ENDPOINT || 'https://huggingface.co'];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.username || url?.password) {
    throw new HubError('setting', `${source} holds a user name or password. Give the address alone, and a token.`);
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    const secure = `https://${address.replace(/^[/:]+/, '')}`;
    const hint = URL.canParse(secure) && !secure.includes('@') ? `, such as ${secure}` : '';
    const shown = address.includes('@') ? '' : ` is "${address}", which`;
    throw new HubError('setting', `${source}${shown} is not an address that begins with https://${hint}.`);
  }
  return address.replace(/\/+$/, '');
}
