/** Words that change what a command does, wherever they stand among its arguments. */
const options: Readonly<Record<string, readonly string[]>> = {
  set: ['NX', 'XX', 'GET', 'EX', 'PX', 'EXAT', 'PXAT', 'KEEPTTL'],
  getex: ['EX', 'PX', 'EXAT', 'PXAT', 'PERSIST'],
  expire: ['NX', 'XX', 'GT', 'LT'],
  pexpire: ['NX', 'XX', 'GT', 'LT'],
  expireat: ['NX', 'XX', 'GT', 'LT'],
  pexpireat: ['NX', 'XX', 'GT', 'LT'],
  scan: ['MATCH', 'COUNT', 'TYPE'],
  zadd: ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'],
  zrange: ['BYSCORE', 'BYLEX', 'REV', 'LIMIT', 'WITHSCORES'],
  zrevrange: ['WITHSCORES'],
  zrangebyscore: ['LIMIT', 'WITHSCORES'],
  zrevrangebyscore: ['LIMIT', 'WITHSCORES'],
};
/** Commands whose first argument says what they do. */
const containers = new Set(['client', 'config', 'script', 'pubsub', 'command']);

/**
 * What of a command a test must cover: its name and the options it was given, not keys and values.
 * @param args without the name; the options come after the first, which is a key
 */
export function shapeOf(name: string, args: readonly string[]): string {
  const known = options[name];
  const words = args.map((arg) => arg.toUpperCase());
  if (containers.has(name)) return [name.toUpperCase(), words[0] ?? ''].join(' ');
  if (!known) return name.toUpperCase();
  const start = name === 'set' ? 2 : 1;
  return [name.toUpperCase(), ...known.filter((word) => words.indexOf(word, start) !== -1)].join(' ');
}
