import { createHash } from 'node:crypto';
import { isErrorReply } from './link.ts';
import type { Client } from './make-client.ts';

/** A Lua script of KEYS and ARGV only, all keys in one slot. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** @param lua the text; the server knows it by its SHA-1 */
export const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

export type Reply = string | number | null | Reply[];

/** A command, by its name, or a script. */
export interface Asked {
  readonly what: string | Script;
  readonly keys: readonly string[];
  readonly args?: readonly (string | number)[];
}

/** What it is called in a log. */
export const nameOf = (asked: Asked | undefined): string => (typeof asked?.what === 'string' ? asked.what : 'script');

/** @throws what the client throws; a script that the server does not know is sent whole */
export function call(client: Client, { what, keys, args = [] }: Asked): Promise<Reply> {
  if (typeof what === 'string') return client.call(what, [...keys, ...args]) as Promise<Reply>;
  // As a list: what is called with more than some 100,000 values is refused by the machine.
  const rest = [keys.length, ...keys, ...args];
  return (client.call('EVALSHA', [what.sha, ...rest]) as Promise<Reply>).catch((fault: unknown) => {
    if (!isErrorReply(fault) || !fault.message.startsWith('NOSCRIPT')) throw fault;
    return client.call('EVAL', [what.lua, ...rest]) as Promise<Reply>;
  });
}
