import { setTimeout as wait } from 'node:timers/promises';
import { keyOf } from '../../../test/support/api-gateway.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { type ChaosEngines, startEngines } from '../harness/engines.ts';
import { type FickleSqs, startFickleSqs } from '../harness/fickle-sqs.ts';
import { type IngestAnswer, type IngestProcesses, startIngest } from '../harness/ingest-processes.ts';
import { randomFrom } from '../harness/random.ts';

const sizes = { full: { sluice: 1000, control: 30 }, short: { sluice: 30, control: 10 } } as const;
const AT_ONCE = 50;
const IDS_AT_A_TIME = 8;
/** As long as a claim without a word from SQS may stand. */
const IN_FLIGHT_MS = 5000;
const PATIENCE_MS = 250;

const lookThenWrite: Patch = {
  name: 'a claim is looked at first and written then',
  file: 'lib/adapters/redis/claims.ts',
  search: `const found = await connection.all(
        claims.map(({ key, claim }) => ({
          what: 'SET',
          keys: [claimKey(key)],
          args: [encode(claim, false), 'PX', options.claimTtlMs, 'NX', 'GET'],
        })),
      );`,
  replace: `const found = await connection.all(claims.map(({ key }) => ({ what: 'GET', keys: [claimKey(key)] })));
      await connection.all(
        claims
          .filter((_, index) => found[index] === null)
          .map(({ key, claim }) => ({
            what: 'SET',
            keys: [claimKey(key)],
            args: [encode(claim, false), 'PX', options.claimTtlMs],
          })),
      );`,
};

export const requests: Experiment = {
  name: 'requests',
  shows:
    'Fifty equal requests at once for each id, with lost answers, other payloads and other tenants between: one is new',
  promises: ['P7', 'P8'],
  layer: 'functions',
  control: { is: 'the id is looked up first and written then', patches: [lookThenWrite] },
  async run(run) {
    const engines = await startEngines(run.real);
    const sqs = await startFickleSqs(randomFrom(run.seed), { failed: 0, lostAnswer: 0, broken: 0 });
    const ingest = startIngest(engines, sqs.endpoint);
    try {
      return await ask(ingest, sqs, engines, run);
    } finally {
      await ingest.end();
      await sqs.stop();
      await engines.stop();
    }
  },
};

type Kind =
  | 'not one new'
  | 'neither duplicate nor in flight'
  | '409 for too long'
  | 'published not once'
  | 'other payload not 422'
  | 'other tenant not new'
  | 'retry after a lost answer not a duplicate';

async function ask(ingest: IngestProcesses, sqs: FickleSqs, engines: ChaosEngines, run: Run): Promise<Findings> {
  const ids = sizes[run.size][run.arm];
  const broken: Record<Kind, number> = {
    'not one new': 0,
    'neither duplicate nor in flight': 0,
    '409 for too long': 0,
    'published not once': 0,
    'other payload not 422': 0,
    'other tenant not new': 0,
    'retry after a lost answer not a duplicate': 0,
  };
  const evidence: string[] = [];
  const tell = (kind: Kind, text: string) => {
    broken[kind]++;
    if (evidence.length < 5) evidence.push(`${kind}: ${text}`);
  };
  const statuses = new Map<string, number>();
  const post = async (id: string, tenant: string, text = 'same') => {
    const answer = await ingest.post({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, type: 'chaos.counted', data: { text } }),
      ...keyOf(tenant, 'events:write'),
    });
    const word = wordOf(answer);
    statuses.set(word, (statuses.get(word) ?? 0) + 1);
    return word;
  };

  let next = 0;
  const work = async () => {
    for (let index = next++; index < ids; index = next++) {
      const id = `requests-${run.seed}-${index}`;
      const words = await Promise.all(Array.from({ length: AT_ONCE }, () => post(id, 'one')));
      const fresh = words.filter((word) => word === 'new').length;
      if (fresh !== 1) tell('not one new', `${id}: ${fresh} new`);
      const strange = words.filter((word) => !['new', 'duplicate', '409 in-flight'].includes(word));
      if (strange.length > 0) tell('neither duplicate nor in flight', `${id}: ${strange.join(', ')}`);
      // Whoever got 409 asks again, as it was told.
      const end = performance.now() + IN_FLIGHT_MS;
      let again = await post(id, 'one');
      while (again === '409 in-flight' && performance.now() < end) {
        await wait(PATIENCE_MS);
        again = await post(id, 'one');
      }
      if (again === '409 in-flight') tell('409 for too long', id);
      // The client whose answer was lost sends the same again and must hear that it is known.
      else if (again !== 'duplicate') tell('retry after a lost answer not a duplicate', `${id}: ${again}`);
      const other = await post(id, 'one', 'other');
      if (other !== '422 id-reused') tell('other payload not 422', `${id}: ${other}`);
      const stranger = await post(id, 'two', 'other');
      if (stranger !== 'new') tell('other tenant not new', `${id}: ${stranger}`);
      // One of each tenant.
      const held = sqs.held.get(id) ?? 0;
      if (held !== 2) tell('published not once', `${id}: ${held} instead of 2 for two tenants`);
      run.progress(`${index} of ${ids} ids`);
    }
  };
  await Promise.all(Array.from({ length: IDS_AT_A_TIME }, work));
  return {
    violations: broken,
    figures: {
      ids,
      requests: [...statuses.values()].reduce((sum, count) => sum + count, 0),
      ...Object.fromEntries(statuses),
    },
    evidence,
    engines: { redis: engines.names.redis ?? '', sqs: 'one that holds what it is sent' },
  };
}

/** `new`, `duplicate`, or status and code of a problem. */
function wordOf(answer: IngestAnswer): string {
  if (!answer) return 'no answer';
  const { status, body } = answer;
  if (status === 202) return body.duplicate ? 'duplicate' : 'new';
  return `${status} ${String(body.code)}`;
}
