import type { Mutant } from '../mutant.ts';

const keys = 'test/lib/projections/rebuild/keys.contract.test.ts';
const again = 'test/lib/consume/consume-hard.contract.test.ts';
const carried = 'test/lib/projections/rebuild/carried.contract.test.ts';
const pages = 'test/lib/adapters/mongo/late-pages.contract.test.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a change without keepDays leaves the end that a key had',
    file: 'lib/adapters/redis/apply-projection.ts',
    search: "if when == '' then redis.call('PERSIST', key)",
    replace: "if when == '' then return",
    caughtBy: 'test/lib/adapters/redis/projections.contract.test.ts',
    title: 'keeps keys as long as it is told',
  },
  {
    name: 'a rebuild takes for over what a key that ended meanwhile held',
    file: 'lib/projections/rebuild/survey.ts',
    search: 'return end !== undefined && end > surveyedAt && end <= now;',
    replace: 'return end !== undefined && end > surveyedAt && end < 0;',
    caughtBy: keys,
    title: 'holds all that it held where it was changed in time',
  },
  {
    name: 'a rebuild surveys the records before consumers know of it alone',
    file: 'lib/projections/rebuild/rebuild.ts',
    search: '.some(({ lifetimes }) => lifetimes.endAfter(surveyedAt))',
    replace: '.some(() => false)',
    caughtBy: keys,
    title: 'before consumers knew of the rebuild',
  },
  {
    name: 'a rebuild forgets changes that keep a key for ever',
    file: 'lib/projections/rebuild/survey.ts',
    search: 'for (const key of keys) one.lifetimes.add(',
    replace: 'for (const key of recorded.keepSeconds === undefined ? [] : keys) one.lifetimes.add(',
    caughtBy: keys,
    title: 'stay whole where the last change keeps them for ever',
  },
  {
    name: 'a rebuild goes on with a generation of another kind',
    file: 'lib/adapters/redis/generations.ts',
    search: ' && isOf(kind, announced.coming);',
    replace: ';',
    caughtBy: keys,
    title: 'is not what a rebuild that died on the way leaves to this one',
  },
  {
    name: 'a record that stays pending is applied again without guards',
    file: 'lib/consume/pending.ts',
    search: 'now >= settledAt.getTime() + GUARD_MS',
    replace: 'now < 0',
    caughtBy: again,
    title: 'is not applied again when guards have ended',
  },
  {
    name: 'what is rejected in a batch keeps the time of its run',
    file: 'lib/consume/run.ts',
    search: 'before.map((one) => stampedNow(one, ports))',
    replace: 'before.map((one) => one)',
    caughtBy: again,
    title: 'is stamped when it settles',
  },
  {
    name: 'a late page is looked for from the beginning of its list',
    file: 'lib/adapters/mongo/behind.ts',
    search: '{ [field]: { [from]: time } }, ',
    replace: '',
    caughtBy: pages,
    title: 'a late page of keys',
  },
  {
    name: 'a page of settled events looks at all of them',
    file: 'lib/adapters/mongo/settled-events.ts',
    search: '(isFiltered ? endOfLook(place, timeLeft) : undefined)',
    replace: '(place._id.length > 1e9 ? endOfLook(place, timeLeft) : undefined)',
    caughtBy: pages,
    title: 'a rare source is found',
  },
  {
    name: 'a page ends with what one look found',
    file: 'lib/adapters/mongo/look.ts',
    search: 'if (lookedTo === undefined ||',
    replace: 'if (lookedTo !== undefined || lookedTo === undefined ||',
    caughtBy: pages,
    title: 'what is far between fills a page',
  },
  {
    name: 'all keys of a projection are carried over at once',
    file: 'lib/projections/rebuild/finish.ts',
    search: 'keys.slice(at, at + KEYS_AT_ONCE)',
    replace: 'keys.slice(at)',
    caughtBy: carried,
    title: 'are carried over in parts',
  },
  {
    name: 'large keys are copied',
    file: 'lib/adapters/redis/generations.ts',
    search: 'large[#large + 1] = at / 2 - 1',
    replace: "copied = copied + redis.call('COPY', KEYS[at], KEYS[at + 1])",
    caughtBy: carried,
    title: 'too large to be copied',
  },
  {
    name: 'keys are carried over however much they hold',
    file: 'lib/adapters/redis/generations.ts',
    search: 'elseif items + more > most then',
    replace: 'elseif false then',
    caughtBy: carried,
    title: 'hold much are fewer in a part',
  },
  {
    name: 'keys are carried away before the switch',
    file: 'lib/adapters/redis/generations.ts',
    search: "redis.call('COPY', KEYS[at], KEYS[at + 1])",
    replace: "redis.call('RENAMENX', KEYS[at], KEYS[at + 1])",
    caughtBy: carried,
    title: 'are read meanwhile',
  },
  {
    name: 'a page of a rebuild is of any size',
    file: 'lib/adapters/mongo/settled-records.ts',
    search: ', singleBatch: true',
    replace: '',
    caughtBy: 'test/lib/adapters/mongo/settled-records.contract.test.ts',
    title: 'large records are read in pages',
  },
  {
    name: 'what was rebuilt before is moved over what has begun',
    file: 'lib/adapters/redis/move-projections.ts',
    search: 'if (one && !live.get(nameOf(of))?.includes(of.generation)) one.left = true;',
    replace: 'if (one && live.size < 0) one.left = true;',
    caughtBy: 'test/lib/adapters/redis/move-projections.contract.test.ts',
    title: 'have begun under the keys of the stage with none of theirs',
  },
];

/** What shows after days, or in a long list. */
export const overTime: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'over time' }));
