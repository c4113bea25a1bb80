import { configDefaults, defineConfig } from 'vitest/config';

/** The suffix says the cost: `.test.ts` fast and no network, `.contract.test.ts` a port on every engine, `.e2e.test.ts` the whole thing over HTTP. */
export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, 'test/e2e/**'] },
      },
      {
        // One stack for all of them; it is started only where a file of this project runs.
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], globalSetup: ['test/support/shared-stack.ts'] },
      },
    ],
  },
});
