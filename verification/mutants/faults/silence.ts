import type { Mutant } from '../mutant.ts';

const asked = 'test/local/engines/mongo/coverage.contract.test.ts';
const bounded = 'every read has a time on the server';

const taken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a list that is given up goes on in MongoDB',
    file: 'lib/adapters/mongo/queries.ts',
    search: '.find<Doc>(asFilter<Doc>(wanted), { projection, ...left() })',
    replace: '.find<Doc>(asFilter<Doc>(wanted), { projection })',
    caughtBy: asked,
    title: bounded,
  },
  {
    name: 'a function that was frozen asks before it hears',
    file: 'lib/wiring/rest.ts',
    search: 'turn < TURNS',
    replace: 'turn < 0',
    caughtBy: 'test/lib/wiring/rest.contract.test.ts',
    title: 'during a rest is heard',
  },
  {
    name: 'the server has as long as the budget',
    file: 'lib/adapters/mongo/budget.ts',
    search: 'Math.floor(leftMs * SERVER_SHARE)',
    replace: '60_000',
    caughtBy: asked,
    title: bounded,
  },
  {
    name: 'the desk reads without an end',
    file: 'lib/adapters/mongo/desk.ts',
    search: 'return failures.findOne({ _id: id }, { session, ...left() });',
    replace: 'return failures.findOne({ _id: id }, { session });',
    caughtBy: asked,
    title: bounded,
  },
  {
    name: 'every request asks all stores for their health',
    file: 'lib/http/get-health.ts',
    search: 'if (!last || Math.abs(clock.now() - last.at) >= KEPT_MS)',
    replace: 'if (last !== null)',
    caughtBy: 'test/lib/http/get-health.test.ts',
    title: 'once in five seconds',
  },
  {
    name: 'Redis that cannot be written to is up',
    file: 'lib/adapters/redis/ping.ts',
    search: "(await connection.command('SET', [connection.keys.pingKey], ['', 'PX', PING_MS])) === 'OK'",
    replace: "(await connection.command('PING', [])) === 'PONG' && PING_MS > 0",
    caughtBy: 'test/lib/adapters/redis/ping.test.ts',
    title: 'refuses to write is down',
  },
];

/** Reads that nobody waits for, and dependencies that only seem to be there. */
export const silence: readonly Mutant[] = taken.map((one) => ({ ...one, engine: 'silence' }));
