/** The proxy that the environment names for a scheme, with the variable that does. */
export interface Proxy {
  variable: string;
  /** With a scheme; may hold a user name and password. */
  address: string;
}

/** Lower case wins, as in curl; without a scheme, http is meant. */
export function proxyOf(scheme: 'http' | 'https'): Proxy | undefined {
  const variable = [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase()].find((name) => process.env[name]);
  if (variable === undefined) return undefined;
  const value = process.env[variable]!;
  return { variable, address: /^\w+:\/\//.test(value) ? value : `http://${value}` };
}

/** A proxy's address without its user name and password. */
export function shownProxy({ address }: Proxy): string {
  if (!URL.canParse(address)) return '(an address that cannot be read)';
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
