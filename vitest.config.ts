import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import type { VitestPluginContext } from 'vitest/node';
import { findServers } from './test/support/found-servers.ts';
import { LongestFirst } from './test/support/longest-first.ts';

const contract = 'test/**/*.contract.test.ts';
const e2e = 'test/e2e/**/*.e2e.test.ts';
/** A program of this repository as its users run it: `npm start`, `npm run engine`, `npx serverless package`. */
const program = 'test/**/*.program.test.ts';
/** What would be deployed, under the Runtime API of Lambda. */
const artefact = 'test/**/*.artefact.test.ts';
/** Tests with the kit (`#sluice/testing`): fast on the embedded engines, and the same on servers. */
const handlers = 'test/{functions/events,examples/handlers,testing}/**/*.test.ts';
/** What is too long for every day, and what measures. */
const long = 'test/**/*.long.test.ts';
/** What puts another module in the place of one of ours: in a process of its own, and read by vitest, which Node cannot be told. */
const replacing = 'test/lib/projections/new-kind.contract.test.ts';
const cores = availableParallelism();
/** Node reads TypeScript itself, and nothing reads it before: what a file costs is mostly its loading. */
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } };
const setupFiles = ['test/support/leaves-real-time.ts'];

/** What has no server in it, or one of its own that is always embedded: on other servers it would be the same test again. */
const withoutServers = [
  'test/local/stack/{mapping,function-process,gateway}/**',
  ...(process.env.SQS_ENDPOINT ? [] : ['test/local/engines/sqs/**']),
  'test/local/engines/redis/{server,coverage}.contract.test.ts',
  'test/lib/adapters/redis/one-slot.contract.test.ts',
  'test/local/stack/{engines,state}/*.contract.test.ts',
  'test/local/engines/redis/snapshot.contract.test.ts',
  'test/local/engines/mongo/snapshot.contract.test.ts',
  'test/local/engines/mongo/away.contract.test.ts',
  'test/verification/!(redis-fuzz)/**',
  'test/verification/*.test.ts',
  'test/lib/adapters/{sqs,ssm}/**',
];
/** Its servers are the embedded one and a real one. */
const betweenServers = ['test/verification/redis-fuzz/short.contract.test.ts'];
const mongoAlone = [
  'test/{local/engines,lib/adapters}/mongo/**',
  'test/deploy/database.contract.test.ts',
  'test/**/seed.contract.test.ts',
];

/**
 * The suffix says the cost: `.test.ts` fast and no network, `.contract.test.ts` a port on every engine, `.e2e.test.ts` the whole thing over HTTP,
 * `.program.test.ts` programs as users run them, `.artefact.test.ts` what would be deployed, `.long.test.ts` minutes, or a measurement. Modes
 * `program`, `artefact` and `long` (npm run test:program and so on) run the last three alone, every other mode all but them. Mode `found`
 * (npm run test:real) takes servers that are named, or found on this machine, in place of the embedded engines.
 */
export default defineConfig(async ({ mode }) => {
  // Inherited by all processes of the run: each would compile the drivers and the framework again.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');
  // What somebody keeps who develops here is no test's.
  process.env.SLUICE_STATE ??= 'none';
  // Nobody watches a test; one that looks at metrics turns them on.
  process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
  // A busy machine makes every test slow: what a limit ends here would never have come.
  const patient = { testTimeout: 120_000, hookTimeout: 180_000, expect: { poll: { timeout: 90_000 } } };
  if (mode === 'long')
    // Each takes the whole machine, or measures it.
    return { test: { name: 'long', include: [long], pool: 'forks', maxWorkers: 1, ...patient } };
  if (mode === 'program')
    return { test: { name: 'program', include: [program], pool: 'forks', maxWorkers: cores, ...patient } };
  if (mode === 'artefact')
    return { test: { name: 'artefact', include: [artefact], pool: 'forks', maxWorkers: 1, ...patient } };
  const found = mode === 'found';
  if (found) process.env.TEST_ENGINES = 'found';
  const servers = found ? await findServers(console.log) : undefined;
  const leftOut = found ? [...withoutServers, ...(servers?.env.MONGODB_URI ? [] : mongoAlone)] : betweenServers;
  const exclude = [...configDefaults.exclude, ...leftOut];
  const extending = <Test extends object>(test: Test) => ({ extends: true as const, test: { exclude, ...test } });
  return {
    plugins: servers
      ? [{ name: 'found-servers', configureVitest: ({ vitest }: VitestPluginContext) => vitest.onClose(servers.stop) }]
      : [],
    test: {
      pool: 'forks',
      // Files wait more than they compute, but for those of the project unit.
      maxWorkers: cores + 2,
      sequence: { sequencer: LongestFirst },
      setupFiles,
      ...patient,
      projects: [
        extending({
          name: 'unit',
          ...native,
          include: [found ? handlers : 'test/**/*.test.ts'],
          exclude: [...exclude, contract, e2e, program, artefact, long],
          env: { ...servers?.env },
          isolate: false,
          unstubEnvs: true,
          maxWorkers: cores,
          // Projects with other numbers of workers follow one another.
          sequence: { groupOrder: 1 },
        }),
        // Loading the drivers and the engines for each file anew would cost as much as the tests.
        extending({
          name: 'contract',
          ...native,
          include: [contract],
          exclude: [...exclude, replacing],
          isolate: false,
          env: { ...servers?.env },
        }),
        extending({
          name: 'replaced modules',
          include: [replacing],
          env: { ...servers?.env },
        }),
        // One stack for all in test/e2e/; it is started only where a file of this project runs.
        extending({
          name: 'shared stack',
          ...native,
          include: [e2e],
          globalSetup: ['test/support/shared-stack.ts'],
          isolate: false,
        }),
      ],
    },
  };
});
