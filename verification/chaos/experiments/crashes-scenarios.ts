import type { Act, Trouble } from './crashes-act.ts';
import { consuming } from './crashes-consume.ts';
import { before, crashed, failedAgain, failing, mended, ran, read, type Scenario, twice } from './crashes-staging.ts';
import type { Trial } from './crashes-trial.ts';
import type { Kind } from './crashes-types.ts';

const ingest = (name: string, stage: Scenario['stage'], queue: Kind = 'single'): Scenario => ({
  pipeline: 'ingest',
  name,
  queue,
  stage,
});

const posting =
  (trouble?: Trouble) =>
  async (trial: Trial): Promise<Act> => {
    const events = [trial.event('succeeded'), trial.event('succeeded')];
    return { kind: 'ingest', tenant: trial.tenant, events, ...(trouble && { trouble }) };
  };

const ingesting: readonly Scenario[] = [
  ingest('one event', async (trial) => ({ kind: 'ingest', tenant: trial.tenant, events: [trial.event('succeeded')] })),
  ingest('one event, and its client waits', async (trial) => ({
    kind: 'ingest',
    tenant: trial.tenant,
    events: [trial.event('succeeded')],
    wait: true,
  })),
  ingest('an array over two queues', async (trial) => ({
    kind: 'ingest',
    tenant: trial.tenant,
    events: [trial.event('succeeded'), trial.event('succeeded', { kind: 'together' }), trial.event('succeeded')],
  })),
  ingest('an ordered group', posting(), 'ordered'),
  ingest('a duplicate', async (trial) => {
    const events = [trial.event('succeeded')];
    await trial.send(...events);
    return { kind: 'ingest', tenant: trial.tenant, events };
  }),
  ingest('an entry that SQS refuses', posting('SQS refuses the first entry')),
  ingest('an answer of SQS that is lost', posting('the answer of SQS is lost')),
];

const letter = (name: string, come: (trial: Trial) => Promise<unknown>, queue: Kind = 'single'): Scenario => ({
  pipeline: 'dead letter',
  name,
  queue,
  async stage(trial) {
    await come(trial);
    return { kind: 'dead letter', queue: trial.kind, records: await trial.receiveLetters() };
  },
});

const burying: readonly Scenario[] = [
  letter('permanent', async (trial) => {
    await failing(trial, 'permanent', 'permanent open');
    await ran(trial);
  }),
  letter(
    'permanent, in order',
    async (trial) => {
      await failing(trial, 'permanent', 'permanent open');
      await ran(trial);
    },
    'ordered',
  ),
  letter('invalid-data', async (trial) => {
    await trial.put('failed', { data: { name: 1 } }, { failure: 'invalid-data open' });
    await ran(trial);
  }),
  letter('attempts-exhausted', async (trial) => {
    await failing(trial, 'throw', 'attempts-exhausted open');
    for (let attempt = 1; attempt <= 3; attempt++) await ran(trial);
  }),
  letter('crashed', async (trial) => {
    await crashed(trial);
    await ran(trial);
  }),
  letter('id-reused', async (trial) => {
    await twice(trial);
    await ran(trial);
  }),
  letter('undecodable', (trial) => trial.putRaw(`nothing of ours: ${trial.tenant}`, true)),
  letter('moved by SQS itself', (trial) =>
    trial.put('failed', {}, { failure: 'attempts-exhausted open', letter: true }),
  ),
  letter('of a replay', async (trial) => {
    await failedAgain(trial);
    await ran(trial);
  }),
  letter('two of two events', async (trial) => {
    await failing(trial, 'permanent', 'permanent open');
    await failing(trial, 'permanent', 'permanent open');
    await ran(trial);
  }),
];

const replay = (name: string, stage: Scenario['stage'], queue: Kind = 'single'): Scenario => ({
  pipeline: 'replay',
  name,
  queue,
  stage,
});

const asked = async (trial: Trial, id: string, edited?: { data: unknown }): Promise<Act> => ({
  kind: 'replay',
  tenant: trial.tenant,
  id: await trial.failureOf(id),
  ...edited,
});

/** Another event comes in the place of one that failed. */
async function replaced(trial: Trial): Promise<{ act: Act }> {
  const id = await failing(trial, 'permanent', 'permanent replayed');
  await ran(trial);
  await read(trial);
  const name = `instead-${trial.tenant}`;
  trial.replacements.push(name);
  return { act: await asked(trial, id, { data: { name, group: 'one' } }) };
}

const unpublished = before('publisher.publish');

const replaying: readonly Scenario[] = [
  replay('plain', async (trial) => asked(trial, await mended(trial))),
  replay('plain, in order', async (trial) => asked(trial, await mended(trial)), 'ordered'),
  replay('asked again', async (trial) => {
    const act = await asked(trial, await mended(trial));
    await trial.dies(act, unpublished);
    await trial.wait(61);
    return act;
  }),
  replay('edited', async (trial) => (await replaced(trial)).act),
  replay('edited, and asked again', async (trial) => {
    const { act } = await replaced(trial);
    await trial.dies(act, unpublished);
    await trial.wait(61);
    return act;
  }),
];

/** Everything that is abandoned, in the order of the path. */
export const scenarios: readonly Scenario[] = [...ingesting, ...consuming, ...burying, ...replaying];
