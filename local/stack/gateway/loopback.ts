import { BlockList, isIP } from 'node:net';

/** RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3; of addresses of IPv4 within IPv6 too. */
const addresses = new BlockList();
addresses.addSubnet('127.0.0.0', 8, 'ipv4');
addresses.addAddress('::1', 'ipv6');

/**
 * Whether a name or an address means this machine and no other.
 * @param hostname as `hostnameOf` gives it; names below `localhost` too: RFC 6761 section 6.3
 */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family !== 0) return addresses.check(address, family === 4 ? 'ipv4' : 'ipv6');
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

/**
 * The host of `<host>[:<port>]` as browsers write it: in lower case, an IPv4 address in four numbers, no dot at the end.
 * @returns undefined where it is none: RFC 3986 section 3.2.2, without percent-encoding and user information
 */
export function hostnameOf(authority: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(authority)) return undefined;
  return URL.parse(`http://${authority}`)?.hostname.replace(/\.$/, '') || undefined;
}
