import { configDefaults, defineConfig } from 'vitest/config';

const contract = 'test/**/*.contract.test.ts';
const e2e = 'test/**/*.e2e.test.ts';
/** What no server of MongoDB or Redis has a part in: on found servers it would be the same test again. */
const withoutServers = ['test/local/{mapping,function-process,gateway,sqs}/**', 'test/local/start.e2e.test.ts'];

/**
 * The suffix says the cost: `.test.ts` fast and no network, `.contract.test.ts` a port on every engine, `.e2e.test.ts` the whole thing over HTTP.
 * Mode `found` (npm run test:real) takes servers that are named, or found on this machine, in place of the embedded engines.
 */
export default defineConfig(({ mode }) => {
  const found = mode === 'found';
  if (found) process.env.TEST_ENGINES = 'found';
  const exclude = [...configDefaults.exclude, ...(found ? withoutServers : [])];
  const unit = { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...exclude, contract, e2e] };
  return {
    test: {
      pool: 'forks',
      testTimeout: 20_000,
      hookTimeout: 60_000,
      projects: [
        ...(found ? [] : [{ extends: true as const, test: unit }]),
        { extends: true, test: { name: 'contract', include: [contract], exclude } },
        // One stack for all in test/e2e/; it is started only where a file of this project runs.
        {
          extends: true,
          test: {
            name: 'shared stack',
            include: ['test/e2e/**/*.test.ts'],
            globalSetup: ['test/support/shared-stack.ts'],
          },
        },
        { extends: true, test: { name: 'e2e', include: [e2e], exclude: [...exclude, 'test/e2e/**'] } },
      ],
    },
  };
});
