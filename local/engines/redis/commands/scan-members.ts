import type { Call } from '../command.ts';
import { selects } from '../glob.ts';
import type { Named } from '../register.ts';
import { type Reply, syntaxError } from '../reply.ts';
import { positive, scanCursor } from './keys.ts';

interface Scanned<Item> {
  readonly size: number;
  /** All, in the order in which the server gives few. */
  readonly items: readonly Item[];
  scan(cursor: number, count: number, visit: (item: Item) => void): number;
}

/** The server gives so many at once, whatever COUNT says: https://redis.io/docs/latest/commands/scan/#why-scan-may-return-all-the-items-of-an-aggregate-data-type-in-a-single-call */
const AT_ONCE = 128;

/**
 * HSCAN, SSCAN and ZSCAN. https://redis.io/docs/latest/commands/scan/
 * @param read what a key holds
 * @param rest what comes after each name
 */
export function scanMembers<Item extends Named, Source extends Scanned<Item>>(
  { args }: Call,
  read: (key: string) => Source & Scanned<Item>,
  rest: (item: Item, members: Source) => string[],
): Reply {
  const key = args.next();
  const cursor = scanCursor(args.next());
  const members = read(key);
  if (members.size === 0) return ['0', []];
  let pattern = '*';
  let step = 10;
  while (args.left > 0) {
    const word = args.word();
    if (word === 'MATCH') pattern = args.next();
    else if (word === 'COUNT') step = positive(args.integer());
    else throw syntaxError();
  }
  const found: string[] = [];
  const visit = (item: Item) => {
    if (selects(pattern, item.name)) found.push(item.name, ...rest(item, members));
  };
  if (members.size > AT_ONCE) return [String(members.scan(cursor, step, visit)), found];
  members.items.forEach(visit);
  return ['0', found];
}
