import type { Message } from '../../../lib/message.ts';
import type { Act, Trouble } from './crashes-act.ts';
import type { Boundary } from './crashes-life.ts';
import type { Deed, Trial } from './crashes-trial.ts';
import type { Kind } from './crashes-types.ts';

/** A run that is to be abandoned, and what came before it. */
export interface Scenario {
  pipeline: Act['kind'];
  name: string;
  queue: Kind;
  /** Builds up what came before. @returns the run */
  stage(trial: Trial): Promise<Act>;
}

const before = (step: string): Boundary => ({ step, nth: 1, side: 'before' });

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

const consume = (name: string, stage: (trial: Trial) => Promise<Act>, queue: Kind = 'single'): Scenario => ({
  pipeline: 'consume',
  name,
  queue,
  stage,
});

const batch = async (trial: Trial, trouble?: Trouble): Promise<Act> => ({
  kind: 'consume',
  queue: trial.kind,
  records: await trial.receive(),
  ...(trouble && { trouble }),
});

/** A batch that is delivered again after a run that ended at a step. */
async function again(trial: Trial, at?: Boundary): Promise<void> {
  await trial.dies(
    { kind: 'consume', queue: trial.kind, records: await trial.queues.receive(trial.town.queueUrl(trial.kind)) },
    at,
  );
  await trial.wait();
}

/** A batch that is delivered again after a run to its end. */
async function ran(trial: Trial): Promise<void> {
  await trial.run({
    kind: 'consume',
    queue: trial.kind,
    records: await trial.queues.receive(trial.town.queueUrl(trial.kind)),
  });
  await trial.wait();
}

/** Letters that are there are read. */
async function read(trial: Trial): Promise<void> {
  await trial.run({ kind: 'dead letter', queue: trial.kind, records: await trial.receiveLetters() });
}

const succeeding = (count: number) => async (trial: Trial) => {
  await trial.send(...Array.from({ length: count }, () => trial.event('succeeded')));
  return batch(trial);
};

const failing = async (trial: Trial, does: Deed, failure: string): Promise<string> => {
  const event = trial.event('failed', { does, failure });
  await trial.send(event);
  return event.id;
};

/** An event that failed, and somebody mended what was the matter. @returns the event's id */
async function mended(trial: Trial): Promise<string> {
  const event = trial.event('succeeded', { does: 'permanent', failure: 'permanent replayed' });
  await trial.send(event);
  await ran(trial);
  await read(trial);
  trial.town.mood.mended = true;
  return event.id;
}

/** What the desk published of it is in its queue. */
async function replayed(trial: Trial): Promise<string> {
  const id = await mended(trial);
  await trial.run({ kind: 'replay', tenant: trial.tenant, id: await trial.failureOf(id) });
  return id;
}

const another: Partial<Message> = { fingerprint: 'B'.repeat(43) };

/** Two payloads of one id; Redis had forgotten the first. */
async function twice(trial: Trial): Promise<void> {
  const { id } = await trial.put('succeeded', {});
  await ran(trial);
  await trial.put('succeeded', { ...another, id }, { failure: 'id-reused open' });
}

/** Its last attempt died too. */
async function crashed(trial: Trial): Promise<void> {
  await trial.send(trial.event('failed', { failure: 'crashed open' }));
  for (let delivery = 1; delivery <= 4; delivery++) await again(trial);
}

const consuming: readonly Scenario[] = [
  consume('success', succeeding(1)),
  consume('rejected', async (trial) => {
    await trial.send(trial.event('rejected', { does: 'reject' }));
    return batch(trial);
  }),
  consume('an error with attempts left', async (trial) => {
    await trial.send(trial.event('succeeded', { does: 'throw-once' }));
    return batch(trial);
  }),
  consume('the last attempt', async (trial) => {
    await failing(trial, 'throw', 'attempts-exhausted open');
    await ran(trial);
    await ran(trial);
    return batch(trial);
  }),
  consume('PermanentError', async (trial) => {
    await failing(trial, 'permanent', 'permanent open');
    return batch(trial);
  }),
  consume('invalid data', async (trial) => {
    await trial.put('failed', { data: { name: 1 } }, { failure: 'invalid-data open' });
    return batch(trial);
  }),
  consume('nobody can read it', async (trial) => {
    await trial.putRaw(`nothing of ours: ${trial.tenant}`);
    return batch(trial);
  }),
  consume('redelivery after a run that died alone', async (trial) => {
    await trial.send(trial.event('succeeded'));
    await again(trial);
    await again(trial);
    return batch(trial);
  }),
  consume('a suspect among neighbours', async (trial) => {
    await trial.send(trial.event('succeeded'), trial.event('succeeded'), trial.event('succeeded'));
    await again(trial);
    await again(trial);
    return batch(trial);
  }),
  consume('crashes were its last attempts', async (trial) => {
    await crashed(trial);
    return batch(trial);
  }),
  consume('handleBatch', succeeding(3), 'together'),
  consume(
    'handleBatch, one by one after a failure',
    async (trial) => {
      await trial.send(
        trial.event('succeeded'),
        trial.event('failed', { does: 'permanent', failure: 'permanent open' }),
        trial.event('succeeded'),
      );
      return batch(trial);
    },
    'together',
  ),
  consume('an ordered group of three', succeeding(3), 'ordered'),
  consume(
    'an ordered group behind a failure',
    async (trial) => {
      await failing(trial, 'permanent', 'permanent open');
      await trial.send(trial.event('succeeded'));
      return batch(trial);
    },
    'ordered',
  ),
  consume('expired', async (trial) => {
    await trial.send(
      trial.event('expired', { expirytime: new Date(trial.town.ports.clock.now() + 30_000).toISOString() }),
    );
    await trial.wait();
    return batch(trial);
  }),
  consume('an id with another payload', async (trial) => {
    await twice(trial);
    return batch(trial);
  }),
  consume('its projection is pending', async (trial) => {
    await trial.send(trial.event('succeeded'));
    await again(trial, before('projections.apply'));
    return batch(trial);
  }),
  consume('its letter is not confirmed', async (trial) => {
    await failing(trial, 'permanent', 'permanent open');
    await again(trial, before('publisher.publish'));
    return batch(trial);
  }),
  consume('a copy of what is settled', async (trial) => {
    const sent = await trial.put('succeeded', {});
    await ran(trial);
    await trial.put(null, sent);
    return batch(trial);
  }),
  consume('it returns, because MongoDB is away', async (trial) => {
    await trial.send(trial.event('succeeded', { does: 'outage' }));
    await again(trial, before('transaction.abort'));
    return batch(trial, 'MongoDB is away');
  }),
  consume('it returns, and MongoDB stays away', async (trial) => {
    await trial.send(trial.event('succeeded', { does: 'outage' }));
    await again(trial, before('transaction.abort'));
    return batch(trial, 'MongoDB stays away');
  }),
  consume('a replay succeeds', async (trial) => {
    await replayed(trial);
    return batch(trial);
  }),
  consume('a replay fails', async (trial) => {
    await failedAgain(trial);
    return batch(trial);
  }),
];

/** Its replay is in its queue, and nothing was mended. */
async function failedAgain(trial: Trial): Promise<void> {
  const id = await failing(trial, 'permanent', 'permanent failed-again');
  await ran(trial);
  await read(trial);
  await trial.run({ kind: 'replay', tenant: trial.tenant, id: await trial.failureOf(id) });
}

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

export const scenarios: readonly Scenario[] = [...ingesting, ...consuming, ...burying, ...replaying];
