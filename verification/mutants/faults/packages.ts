import type { Mutant } from '../mutant.ts';

const file = '.ci/advisories.ts';
const caughtBy = 'test/ci/advisories.test.ts';

const taken: Omit<Mutant, 'engine'>[] = [
  {
    name: '34 a grave fault of what is deployed is only shown',
    file,
    search: "severity === 'critical' || (deployed && severity === 'high');",
    replace: "severity === 'critical' && (deployed || severity === 'critical');",
    caughtBy,
    title: 'of driver, high',
  },
  {
    name: '34 what is deployed beside a copy of development does not count',
    file,
    search: 'nodes.some((node)',
    replace: 'nodes.every((node)',
    caughtBy,
    title: 'that is there twice',
  },
  {
    name: '34 a fault is accepted for ever',
    file,
    search: 'Date.parse(acceptance.until) + DAY_MS <= today',
    replace: 'Date.parse(acceptance.until) + DAY_MS <= 0',
    caughtBy,
    title: 'that are accepted until 2026-11-30',
  },
  {
    name: '34 a fault may be accepted for years',
    file,
    search: 'today + LONGEST_DAYS * DAY_MS',
    replace: 'today + 100 * LONGEST_DAYS * DAY_MS',
    caughtBy,
    title: 'an end in years',
  },
  {
    name: '34 an npm that could not look counts as a silent registry',
    file,
    search: 'error: z.object({ code: z.undefined().optional() }) });',
    replace: 'error: z.object({}) }).or(z.object({}).transform(() => ({ message: String() })));',
    caughtBy,
    title: 'are told from none',
  },
];

/** Known faults of packages that nobody hears of. */
export const packageFaults: readonly Mutant[] = taken.map((one) => ({ ...one, engine: 'packages' }));
