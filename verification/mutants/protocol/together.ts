import { type Broken, ofModel } from './protocol-mutant.ts';

const together = 'test/lib/adapters/redis/projections-together.contract.test.ts';
const applying = 'lib/adapters/redis/apply-projection.ts';

/** Events whose projections are applied in one call; the model has one event a call. */
const broken: Broken[] = [
  {
    name: 'first-guard-decides',
    file: applying,
    search: 'local guard = KEYS[guards + event]',
    replace: 'local guard = KEYS[guards + 1]',
    caughtBy: together,
    title: 'is not applied again among others',
  },
  {
    name: 'writes-what-was-guarded-before',
    file: applying,
    search: "        redis.call('SET', guard, '1', 'PX', ARGV[2])\n        commands(event,",
    replace: "        redis.call('SET', guard, '1', 'PX', ARGV[2])\n        for before = 1, event do commands(before,",
    also: [
      {
        file: applying,
        search: "if when ~= '' or ARGV[3] == 'EXPIRE' then ends[place] = when end\n        end)",
        replace: "if when ~= '' or ARGV[3] == 'EXPIRE' then ends[place] = when end\n        end) end",
      },
    ],
    caughtBy: together,
    title: 'is not applied again among others',
  },
  {
    name: 'one-refused-refuses-all',
    file: applying,
    search: 'if fault then refused[event] = fault\n',
    replace: 'if fault then for one = event, events do refused[one] = fault end break\n',
    caughtBy: together,
    title: 'keeps no other from its effect',
  },
];

export const togetherApplied = ofModel('together', broken);
