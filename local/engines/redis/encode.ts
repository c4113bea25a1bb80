import { formatDouble } from './float-text.ts';
import { CommandError, Double, Members, NullArray, Pairs, type Reply, Simple } from './reply.ts';

/** https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type Protocol = 2 | 3;

/** @returns the reply on the wire, one character a byte */
export function encode(reply: Reply, protocol: Protocol): string {
  return encodeLeaf(reply, protocol) ?? encodeList(listOf(reply, protocol), protocol);
}

/** A message that nobody asked for: an array in RESP2, a push in RESP3. */
export const encodePush = (list: Reply[], protocol: Protocol): string =>
  encodeList({ head: headOf(protocol === 3 ? '>' : '*', list.length), list }, protocol);

/** Undefined for what holds other replies. */
function encodeLeaf(reply: Reply, protocol: Protocol): string | undefined {
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n';
  if (Array.isArray(reply)) return undefined;
  if (reply instanceof Simple) return `+${reply.text}\r\n`;
  if (reply instanceof CommandError) return `-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`;
  if (reply instanceof Double) {
    const text = reply.text ?? formatDouble(reply.value);
    return protocol === 3 ? `,${text}\r\n` : `$${text.length}\r\n${text}\r\n`;
  }
  if (reply instanceof NullArray) return protocol === 3 ? '_\r\n' : '*-1\r\n';
  return undefined;
}

interface Listed {
  head: string;
  list: readonly Reply[];
}

const headOf = (mark: string, length: number): string => `${mark}${length}\r\n`;

function listOf(reply: Reply, protocol: Protocol): Listed {
  if (reply instanceof Members)
    return { head: headOf(protocol === 3 ? '~' : '*', reply.list.length), list: reply.list };
  if (reply instanceof Pairs)
    return protocol === 3
      ? { head: headOf('%', reply.flat.length / 2), list: reply.flat }
      : { head: headOf('*', reply.flat.length), list: reply.flat };
  const list = Array.isArray(reply) ? reply : [];
  return { head: headOf('*', list.length), list };
}

/** Without recursion: a script may answer with lists thousands deep. */
function encodeList(outermost: Listed, protocol: Protocol): string {
  let out = outermost.head;
  const around: { list: readonly Reply[]; at: number }[] = [];
  let [list, at] = [outermost.list, 0];
  for (;;) {
    if (at === list.length) {
      const outer = around.pop();
      if (!outer) return out;
      ({ list, at } = outer);
      continue;
    }
    const one = list[at++] ?? null;
    const leaf = encodeLeaf(one, protocol);
    if (leaf !== undefined) out += leaf;
    else {
      const inner = listOf(one, protocol);
      out += inner.head;
      around.push({ list, at });
      [list, at] = [inner.list, 0];
    }
  }
}
