import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import type { VitestPluginContext } from 'vitest/node';
import { findServers } from './test/support/found-servers.ts';

const contract = 'test/**/*.contract.test.ts';
const e2e = 'test/**/*.e2e.test.ts';
/** They measure, and can only when nothing else runs. */
const speed = 'test/**/speed.contract.test.ts';
/** They hold budgets of milliseconds, on machines that do other things too: a bound that holds is met in one of three tries. Nothing else is retried. */
const bounds = [
  'test/lib/adapters/redis/{connection,waiters}.contract.test.ts',
  'test/lib/adapters/mongo/silence.contract.test.ts',
  'test/lib/adapters/sqs/faults.contract.test.ts',
  'test/local/stack/{gateway,function-process}/*.contract.test.ts',
];
/** What has no server in it, or one of its own that is always embedded: on other servers it would be the same test again. */
const withoutServers = [
  speed,
  'test/local/stack/{mapping,function-process,gateway}/**',
  ...(process.env.SQS_ENDPOINT ? [] : ['test/local/engines/sqs/**']),
  'test/local/engines/redis/{server,coverage,differential}.contract.test.ts',
  'test/lib/adapters/redis/one-slot.contract.test.ts',
  'test/local/stack/engines/*.contract.test.ts',
  'test/local/engines/mongo/away.contract.test.ts',
  'test/local/**/*.e2e.test.ts',
  'test/verification/**',
  'test/lib/adapters/sqs/**',
];
const mongoAlone = [
  'test/{local/engines,lib/adapters}/mongo/**',
  'test/deploy/database.contract.test.ts',
  'test/**/seed.contract.test.ts',
];

/**
 * The suffix says the cost: `.test.ts` fast and no network, `.contract.test.ts` a port on every engine, `.e2e.test.ts` the whole thing over HTTP.
 * Mode `found` (npm run test:real) takes servers that are named, or found on this machine, in place of the embedded engines.
 */
export default defineConfig(async ({ mode }) => {
  // Inherited by all processes of the run: each would compile the drivers and the framework again.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node');
  const found = mode === 'found';
  if (found) process.env.TEST_ENGINES = 'found';
  const servers = found ? await findServers(console.log) : undefined;
  const leftOut = found ? [...withoutServers, ...(servers?.env.MONGODB_URI ? [] : mongoAlone)] : [];
  const exclude = [...configDefaults.exclude, ...leftOut];
  const extending = <Test extends object>(test: Test) => ({ extends: true as const, test: { exclude, ...test } });
  const wholeStacks = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } };
  return {
    plugins: servers
      ? [{ name: 'found-servers', configureVitest: ({ vitest }: VitestPluginContext) => vitest.onClose(servers.stop) }]
      : [],
    test: {
      pool: 'forks',
      // Most files wait more than they compute; whole stacks do not, and come after them.
      maxWorkers: availableParallelism() + 1,
      testTimeout: 20_000,
      hookTimeout: 60_000,
      projects: [
        ...(found
          ? []
          : [
              extending({
                name: 'unit',
                include: ['test/**/*.test.ts'],
                exclude: [...exclude, contract, e2e],
                isolate: false,
                unstubEnvs: true,
              }),
              extending({ name: 'speed', include: [speed], maxWorkers: 1, sequence: { groupOrder: 2 } }),
            ]),
        extending({ name: 'bounds', include: bounds, retry: 2, env: { ...servers?.env } }),
        extending({
          name: 'contract',
          include: [contract],
          exclude: [...exclude, speed, ...bounds],
          env: { ...servers?.env },
        }),
        // One stack for all in test/e2e/; it is started only where a file of this project runs.
        extending({
          name: 'shared stack',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/shared-stack.ts'],
          ...wholeStacks,
        }),
        extending({ name: 'e2e', include: [e2e], exclude: [...exclude, 'test/e2e/**'], ...wholeStacks }),
      ],
    },
  };
});
