import { formatDouble } from './float-text.ts';
import { CommandError, Double, Members, NullArray, type Reply, Simple } from './reply.ts';

/** https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type Protocol = 2 | 3;

/** @returns the reply on the wire, one character a byte */
export function encode(reply: Reply, protocol: Protocol): string {
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n';
  if (Array.isArray(reply)) return encodeList('*', reply, protocol);
  if (reply instanceof Simple) return `+${reply.text}\r\n`;
  if (reply instanceof CommandError) return `-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`;
  if (reply instanceof Double) {
    const text = formatDouble(reply.value);
    return protocol === 3 ? `,${text}\r\n` : `$${text.length}\r\n${text}\r\n`;
  }
  if (reply instanceof Members) return encodeList(protocol === 3 ? '~' : '*', reply.list, protocol);
  if (reply instanceof NullArray) return protocol === 3 ? '_\r\n' : '*-1\r\n';
  if (protocol === 2) return encodeList('*', reply.flat, protocol);
  return `%${reply.flat.length / 2}\r\n${reply.flat.map((one) => encode(one, protocol)).join('')}`;
}

/** A message that nobody asked for: an array in RESP2, a push in RESP3. */
export const encodePush = (list: Reply[], protocol: Protocol): string =>
  encodeList(protocol === 3 ? '>' : '*', list, protocol);

function encodeList(mark: string, list: Reply[], protocol: Protocol): string {
  let out = `${mark}${list.length}\r\n`;
  for (const one of list) out += encode(one, protocol);
  return out;
}
