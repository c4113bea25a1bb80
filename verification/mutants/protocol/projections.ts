import { type Broken, ofModel } from './protocol-mutant.ts';

const consuming = 'test/lib/consume/consume.contract.test.ts';
const adapter = 'test/lib/adapters/redis/projections.contract.test.ts';

const applying = 'lib/adapters/redis/apply-projection.ts';
const projecting = 'lib/adapters/redis/projections.ts';

/** Projections behind guards, and their rebuild. */
const broken: Broken[] = [
  {
    name: 'applied-to-current-only',
    decision: 'both-generations',
    file: projecting,
    search: "live: answer.stored.split(',') });",
    replace: "live: answer.stored.split(',').slice(0, 1) });",
    caughtBy: adapter,
    title: 'are both written to, each behind its own guard',
  },
  {
    name: 'rebuild-without-guard',
    decision: 'both-generations',
    file: 'lib/adapters/redis/generations.ts',
    search: 'applyCommands(connection, to, [{ eventKey, ...changes }], generations, expireAt)',
    replace: 'applyCommands(connection, to, [{ eventKey: proposal(), ...changes }], generations, expireAt)',
    also: [
      {
        file: 'lib/adapters/redis/generations.ts',
        search: 'const DAY_MS = 86_400_000;',
        replace: "const DAY_MS = 86_400_000;\nconst proposal = () => randomBytes(6).toString('hex');",
      },
    ],
    caughtBy: 'test/lib/projections/rebuild/rebuild.contract.test.ts',
    title: 'is neither lost nor applied twice',
  },
  {
    name: 'guard-cut-while-building',
    decision: 'both-generations',
    file: projecting,
    search: 'if (coming.length > 0) return undefined;',
    replace:
      'for (const one of coming)\n        for (const eventKey of eventKeys)\n          await connection.run(cutGuards, [generationsKey(of.tenant, of.projection), guardKey(of.tenant, of.projection, one, eventKey)], [stored, CUT_GUARD_MS]);',
    caughtBy: adapter,
    title: 'keep their seven days',
  },
  {
    name: 'no-guard',
    file: applying,
    search: "if redis.call('EXISTS', guard) == 0 then",
    replace: 'if true then',
    caughtBy: consuming,
    title: 'its answer lost, is not applied twice',
  },
  {
    name: 'guard-of-one-hour',
    file: 'lib/ports/projections.ts',
    search: 'export const GUARD_MS = 7 * 86_400_000;',
    replace: 'export const GUARD_MS = 3_600_000;',
    caughtBy: adapter,
    title: 'are cut to an hour',
  },
  {
    name: 'guard-cut-before-mark',
    file: 'lib/consume/confirm.ts',
    search: '      await ports.records.markProjected',
    replace:
      '      await ports.projections.cutGuards(applied.flatMap(({ key, message: { tenant } }) => Object.keys(options.definition.projections).map((projection) => ({ tenant, eventKey: key, projection }))));\n      await ports.records.markProjected',
    caughtBy: consuming,
    title: 'guards are cut only after',
  },
  {
    name: 'mark-before-apply',
    file: 'lib/consume/settle.ts',
    search: 'const projected = await project(state, settlement.projections ?? []);',
    replace:
      'await records.markProjected([key]);\n    const projected = await project(state, settlement.projections ?? []);',
    caughtBy: consuming,
    title: 'crash between commit and projection',
  },
  {
    name: 'final-acked-unprojected',
    file: 'lib/consume/pending.ts',
    search:
      'return projected === false && projections !== undefined && !mayBeUnguarded ? JSON.parse(projections) : [];',
    replace: 'return projected === false && projections !== undefined && !mayBeUnguarded ? [] : [];',
    caughtBy: consuming,
    title: 'crash between commit and projection',
  },
  {
    // In the code a run lives two minutes at most, so that the guard is what must be made shorter than it.
    name: 'run-outlives-short-guard',
    file: projecting,
    search: 'const CUT_GUARD_MS = 3_600_000;',
    replace: 'const CUT_GUARD_MS = 60_000;',
    caughtBy: adapter,
    title: 'are cut to an hour',
  },
];

export const projections = ofModel('consumer', broken);
