import { formatDouble } from './float-text.ts';

/** What a command answers, before it is written in RESP2 or RESP3. Strings are bulk strings, one character a byte (latin1). */
export type Reply =
  | null
  | number
  | bigint
  | string
  | Simple
  | CommandError
  | Double
  | Pairs
  | Members
  | NullArray
  | Reply[];

/** A status such as `OK`. */
export class Simple {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An error reply; the first word is its code. */
export class CommandError extends Error {}

/** A bulk string in RESP2, a double in RESP3. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Names and values in turn: a flat array in RESP2, a map in RESP3. */
export class Pairs {
  readonly flat: Reply[];
  constructor(flat: Reply[]) {
    this.flat = flat;
  }
}

/** An array in RESP2, a set in RESP3. */
export class Members {
  readonly list: Reply[];
  constructor(list: Reply[]) {
    this.list = list;
  }
}

/** `*-1` in RESP2, null in RESP3. */
export class NullArray {}

export const OK = new Simple('OK');
export const QUEUED = new Simple('QUEUED');
export const nullArray = new NullArray();

export const syntaxError = () => new CommandError('ERR syntax error');
export const notAnInteger = () => new CommandError('ERR value is not an integer or out of range');
export const notAFloat = () => new CommandError('ERR value is not a valid float');
export const outOfMemory = () => new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
export const wrongType = () => new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value');

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
