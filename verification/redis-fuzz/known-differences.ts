/** Something that may differ between the engine and the server, and why. docs/local.md lists them. */
export interface KnownDifference {
  what: string;
  why: string;
  /** Words of commands whose answers are compared without their order. */
  unordered?: RegExp;
  /** Those of which that holds once a program has something long in it. */
  unorderedWhenLong?: RegExp;
  /** Words of commands that answer with times. */
  clock?: RegExp;
  /** What is looked past wherever it stands. */
  mask?: RegExp;
}

const HASHED = 'a server orders them by a hash whose key it draws when it starts';

/** Those without a pattern are left out of programs. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    what: 'the order of keys, of members of a set, of channels, and of what one PUBLISH or UNSUBSCRIBE sends',
    why: HASHED,
    unordered: /^(SMEMBERS|SPOP|SRANDMEMBER|KEYS|SCAN|SSCAN|PUBSUB|PUBLISH|[PS]?UNSUBSCRIBE)$/i,
  },
  {
    what: 'the order of the fields of a hash that has been given one of over 64 bytes',
    why: HASHED,
    unorderedWhenLong: /^(HSCAN|HGETALL|HKEYS|HVALS)$/i,
  },
  {
    what: 'when a key expires, by as many milliseconds as the program took',
    why: 'two servers have two clocks',
    clock: /^(P?TTL|P?EXPIRETIME)$/i,
  },
  { what: 'the id in the answer to HELLO', why: 'each server counts its connections', mask: /(?<=\$2\r\nid\r\n:)\d+/g },
  {
    what: 'cursors but the one that begins a scan, and how much one step of it brings',
    why: 'they are places in tables of the server',
  },
  {
    what: 'some of the members that SPOP and SRANDMEMBER draw, TIME, INFO, COMMAND, CLIENT ID and LIST',
    why: 'they are chance, or about the server itself',
  },
  {
    what: 'ranges by names over members of several scores',
    why: 'the manual says that what they bring is unspecified',
  },
  { what: 'DBSIZE', why: 'a server counts what has expired until it comes to it' },
  { what: 'the bytes of a HyperLogLog', why: 'they have several forms that count the same' },
  { what: 'the script `error({})`', why: 'redis-server 7.0.15 crashes' },
  { what: 'the number `0x`, without digits, in scripts', why: 'the C library of the engine’s Lua takes it for 0' },
  {
    what: 'the sign of a NaN that a script computes of texts, of two others, or by acos, asin, log10 and sinh',
    why: 'the C library and the processor choose it',
  },
  { what: '`pcall()`, with nothing to call, in scripts', why: 'a server calls what it finds beyond its stack' },
];

const mentions = (words: readonly string[], of: (known: KnownDifference) => RegExp | undefined): boolean =>
  knownDifferences.some((known) => words.some((word) => of(known)?.test(word)));

/** What the answers to commands of these words may differ in. @param long whether the program has something of over 64 bytes in it */
export function mayDiffer(words: readonly string[], long: boolean): { order: boolean; clock: boolean } {
  return {
    order:
      mentions(words, ({ unordered }) => unordered) || (long && mentions(words, (known) => known.unorderedWhenLong)),
    clock: mentions(words, ({ clock }) => clock),
  };
}

/** An answer without what is looked past. */
export const masked = (text: string): string =>
  knownDifferences.reduce((sum, { mask }) => (mask ? sum.replace(mask, '') : sum), text);
