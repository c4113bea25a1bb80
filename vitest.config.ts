import { defineConfig } from 'vitest/config';

/** The suffix says the cost: `.test.ts` fast and no network, `.contract.test.ts` a port on every engine, `.e2e.test.ts` the whole thing over HTTP. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
