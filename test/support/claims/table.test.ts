import { expect, test } from 'vitest';
import { claimsIn } from './report.ts';
import { claimsAsMarkdown } from './table.ts';

const claim = { engine: 'redis', area: 'strings', page: 'https://redis.io/docs/latest/commands/set/' };
const report = (ranOn: string, ...tests: [stand: string, title: string, status?: string][]) =>
  JSON.stringify({
    testResults: [
      {
        name: '/any/test/local/redis/strings.contract.test.ts',
        assertionResults: tests.map(([stand, title, status = 'passed']) => ({
          title,
          status,
          meta: { claim: { ...claim, stand, ranOn } },
        })),
      },
      { name: '/any/test/support/a.test.ts', assertionResults: [{ title: 'x', status: 'passed', meta: { claim } }] },
      {
        name: '/any/test/local/start.e2e.test.ts',
        assertionResults: [{ title: 'no claim', status: 'failed', meta: {} }],
      },
    ],
  });
const embedded = report('embedded', ['does', 'SET'], ['does', 'GET'], ['refuses', 'LCS'], ['differs', 'OBJECT']);
const real = report('redis-server 7.0.15 (found)', ['does', 'SET']);

test('areas are counted, and what is refused or differs is listed with its page', () => {
  expect(
    claimsAsMarkdown(claimsIn([embedded, real])),
  ).toBe(`| engine | area | as the real one | refused | different | also shown on |
|---|---|---|---|---|---|
| Redis | strings | 2 | 1 | 1 | 1 on redis-server 7.0.15 |

### What the embedded Redis refuses

- strings: LCS ([page](https://redis.io/docs/latest/commands/set/))

### Where the embedded Redis differs

- strings: OBJECT ([page](https://redis.io/docs/latest/commands/set/))
`);
});

test('a claim whose test failed is not written down', () => {
  const broken = report('embedded', ['does', 'SET', 'failed']);
  expect(() => claimsAsMarkdown(claimsIn([broken]))).toThrow('redis: "SET" did not pass on embedded');
});
