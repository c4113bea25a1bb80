import type { Act, Trouble } from './crashes-act.ts';
import { withoutCopies } from './crashes-messages.ts';
import {
  again,
  before,
  crashed,
  failedAgain,
  failing,
  ran,
  replayed,
  type Scenario,
  twice,
} from './crashes-staging.ts';
import type { Trial } from './crashes-trial.ts';
import type { Kind } from './crashes-types.ts';

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

const succeeding = (count: number) => async (trial: Trial) => {
  await trial.send(...Array.from({ length: count }, () => trial.event('succeeded')));
  return batch(trial);
};

/** The same in an environment that has met no copy for a while, and looks none up any more (protocol: known-events-run-alone). */
const unlooked = (name: string, stage: (trial: Trial) => Promise<Act>): Scenario =>
  consume(`${name} that nobody looked up`, async (trial) => {
    const act = await stage(trial);
    return act.kind === 'consume' ? { ...act, earlier: withoutCopies(trial) } : act;
  });

const oneFails = async (trial: Trial) => {
  await trial.send(
    trial.event('succeeded'),
    trial.event('failed', { does: 'permanent', failure: 'permanent open' }),
    trial.event('succeeded'),
  );
  return batch(trial);
};

/** What is committed and not heard of is found in its record, which the control has told of what was not done yet. */
const unanswered = (name: string, count: number, trouble: Trouble): Scenario => ({
  ...consume(name, async (trial) => {
    await trial.send(...Array.from({ length: count }, () => trial.event('succeeded')));
    return batch(trial, trouble);
  }),
  sluiceAlone: true,
});

/** Runs of a consumer. */
export const consuming: readonly Scenario[] = [
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
  consume('a joint run', succeeding(3)),
  consume('a joint run, one by one after a failure', oneFails),
  unlooked('a joint run', succeeding(3)),
  // On a busy machine the control has lost its letter without a death.
  { ...unlooked('a joint run, one by one after a failure,', oneFails), sluiceAlone: true },
  unlooked('a joint run with a copy', async (trial) => {
    const sent = await trial.put('succeeded', {});
    await ran(trial);
    await trial.put(null, sent);
    return succeeding(2)(trial);
  }),
  unanswered('a joint run, and the answer of its commit is lost', 2, 'the answer of the first commit is lost'),
  unanswered('a joint run, and its commit is lost', 2, 'the first commit is lost'),
  unanswered('a single run, and the answer of its commit is lost', 1, 'the answer of the first commit is lost'),
  consume('handleBatch', succeeding(3), 'together'),
  consume('handleBatch, one by one after a failure', oneFails, 'together'),
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
