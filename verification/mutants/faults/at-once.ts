import type { Mutant } from '../mutant.ts';

const copies = 'lib/adapters/redis/key-copies.ts';
const inRedis = 'test/lib/adapters/redis/key-copies.contract.test.ts';
const revision = 'lib/core/access/revision.ts';
const knownKeys = 'lib/access/known-keys.ts';
const tenants = 'lib/access/tenants.ts';
const atOnce = 'test/lib/access/at-once.test.ts';
const endKey = 'lib/access/end-key.ts';
const again = 'test/lib/access/rotate-again.test.ts';

/** Changes of keys and tenants that come to Redis in another order, and rotations that are repeated. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'an older copy of a key replaces a newer one',
    file: copies,
    search: '  if mine < its then return 0 end\n',
    replace: '',
    caughtBy: inRedis,
    title: 'in Redis.*a copy stays where the other is of an older key',
  },
  {
    name: 'a copy with an older tenant replaces a newer one',
    file: copies,
    search: 'for index = 1, 3 do',
    replace: 'for index = 1, 1 do',
    caughtBy: inRedis,
    title: 'in Redis.*a copy stays where the other is of an older tenant',
  },
  {
    name: 'the mark of a tenant is as whoever comes last says',
    file: copies,
    search: 'if heard and tonumber(heard) > tonumber(ARGV[1]) then return tonumber(heard) end\n',
    replace: '',
    caughtBy: inRedis,
    title: 'in Redis.*the mark of a tenant',
  },
  {
    name: 'a mark of which MongoDB knows nothing is below what was heard of',
    file: copies,
    search: "math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, tonumber(ARGV[1]))",
    replace: 'tonumber(ARGV[1])',
    caughtBy: inRedis,
    title: 'in Redis.*a mark of which MongoDB knows nothing',
  },
  {
    name: 'two changes in one millisecond have one revision',
    file: revision,
    search: 'Math.max((before ?? 0) + 1, now)',
    replace: 'Math.max(before ?? 0, now)',
    caughtBy: atOnce,
    title: 'the one that MongoDB has last holds',
  },
  {
    name: 'a revision is no time',
    file: revision,
    search: 'Math.max((before ?? 0) + 1, now)',
    replace: '(before ?? 0) + 1',
    caughtBy: atOnce,
    title: 'keeps nobody out who was told 200',
  },
  {
    name: 'an enabled tenant stays out by a mark that nobody takes away, and the answer is 200',
    file: tenants,
    search: 'inRedis && (disabled || (await isSaid(heard, stored, keys)))',
    replace: 'inRedis',
    caughtBy: atOnce,
    title: 'keeps nobody out who was told 200',
  },
  {
    name: 'a verdict is what MongoDB said before the end that Redis holds',
    file: knownKeys,
    search: 'keep(hash, newest(found, seen?.copy))',
    replace: 'keep(hash, found)',
    caughtBy: atOnce,
    title: 'an overlap that ends',
  },
  {
    name: 'a rotation that is repeated as told is a second one',
    file: endKey,
    search: 'const isRepeated = unheard !== undefined && before',
    replace: 'const isRepeated = unheard === undefined && hash === last4 && before',
    caughtBy: again,
    title: 'leaves the text that clients use its overlap',
  },
  {
    name: 'a rotation that is complete is not confirmed',
    file: endKey,
    search: 'inRedis && (await isConfirmed(known.key, ports))',
    replace: 'inRedis',
    caughtBy: again,
    title: 'after a complete one ends the oldest text',
  },
  {
    name: 'a rotation is confirmed by whoever rotated before',
    file: 'lib/adapters/mongo/api-keys.ts',
    search: 'keys.updateOne({ _id: id, hash }, {',
    replace: 'keys.updateOne({ _id: id }, {',
    caughtBy: 'test/lib/adapters/mongo/api-keys.contract.test.ts',
    title: 'in MongoDB Redis has heard of a rotation',
  },
  {
    name: 'a rotation that is repeated lengthens the overlap',
    file: endKey,
    search: 'Math.min(Date.parse(old.ends), end)',
    replace: 'Math.max(Date.parse(old.ends), end)',
    caughtBy: again,
    title: 'no later than it is asked to',
  },
  {
    name: 'a rotation that nobody repeated ends the only text in use',
    file: endKey,
    search: ' && !isOver(before.ends, now);',
    replace: ';',
    caughtBy: again,
    title: 'that nobody repeated while its overlap ran',
  },
  {
    name: 'a rotation that is repeated forgets what Redis did not hear of',
    file: endKey,
    search: '...(unheard ?? []), ',
    replace: '',
    caughtBy: again,
    title: 'marks every text that ended meanwhile',
  },
  {
    name: 'a key grows by each rotation that Redis does not hear of',
    file: endKey,
    search: '.slice(0, MOST_UNHEARD)',
    replace: '',
    caughtBy: again,
    title: 'a bounded number of texts',
  },
];

export const atOnceFaults: readonly Mutant[] = broken.map((mutant) => ({ ...mutant, engine: 'access' }));
