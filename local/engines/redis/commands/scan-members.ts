import type { Call } from '../command.ts';
import { globMatch } from '../glob.ts';
import { type Reply, syntaxError } from '../reply.ts';
import { positive, scanCursor } from './keys.ts';

/**
 * HSCAN, SSCAN and ZSCAN. All members come in one answer with the cursor 0, as the server gives them for small
 * structures: COUNT is a hint. https://redis.io/docs/latest/commands/scan/
 * @param members of a key, each the list of replies that stand for it, its name first
 */
export function scanMembers({ args }: Call, members: (key: string) => string[][]): Reply {
  const key = args.next();
  scanCursor(args.next());
  const all = members(key);
  if (all.length === 0) return ['0', []];
  let pattern: string | undefined;
  while (args.left > 0) {
    const word = args.word();
    if (word === 'MATCH') pattern = args.next();
    else if (word === 'COUNT') positive(args.integer());
    else throw syntaxError();
  }
  const found = all.filter(([name = '']) => pattern === undefined || globMatch(pattern, name));
  return ['0', found.flat()];
}
