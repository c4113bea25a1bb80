import type { Row, Setup } from './row.ts';

const scenario = (what: string, setup: Setup, short: Setup | null = setup): Row => ({
  kind: 'scenario',
  what,
  setup,
  short,
});

const AB = ['A', 'B'] as const;
const projecting = { projections: true, outcomes: ['succeeded'], replays: 0, asks: 0 } as const;

/** The protocol as it is built, under every interleaving of so many faults: nothing may break. */
const consumers: Row[] = [
  scenario(
    'one event, three outcomes, replay, asked again',
    { model: 'consumer', options: { faults: 2 } },
    { model: 'consumer', options: { faults: 0 } },
  ),
  scenario(
    'two payloads, one id: success or PermanentError',
    { model: 'consumer', options: { accepted: AB, outcomes: ['succeeded', 'permanent'], asks: 0, faults: 2 } },
    { model: 'consumer', options: { accepted: AB, outcomes: ['succeeded', 'permanent'], asks: 0, faults: 0 } },
  ),
  scenario(
    'two payloads, one id: success or error',
    { model: 'consumer', options: { accepted: AB, outcomes: ['succeeded', 'error'], asks: 0, faults: 1 } },
    null,
  ),
  scenario(
    'two payloads, one id: all outcomes, one attempt',
    {
      model: 'consumer',
      options: { accepted: AB, outcomes: ['succeeded', 'rejected', 'error'], attempts: 1, asks: 0, faults: 1 },
    },
    null,
  ),
  scenario(
    'two payloads, one id: SQS moves messages to the dead letters',
    {
      model: 'consumer',
      options: { accepted: AB, outcomes: ['succeeded', 'permanent'], movedBySqs: true, asks: 0, faults: 1 },
    },
    null,
  ),
  scenario(
    'two replays, late copies of each',
    { model: 'consumer', options: { replays: 2, outcomes: ['succeeded', 'permanent'], faults: 1 } },
    null,
  ),
  scenario(
    'three runs at once',
    {
      model: 'consumer',
      options: { runs: 3, replays: 0, asks: 0, outcomes: ['succeeded', 'rejected', 'error'], faults: 3 },
    },
    { model: 'consumer', options: { runs: 3, replays: 0, asks: 0, outcomes: ['succeeded', 'rejected'], faults: 2 } },
  ),
  scenario(
    'projections, three runs',
    { model: 'consumer', options: { ...projecting, runs: 3, faults: 3 } },
    { model: 'consumer', options: { ...projecting, runs: 3, faults: 2 } },
  ),
  scenario(
    'projections, Redis loses writes, rebuild',
    { model: 'consumer', options: { ...projecting, rebuild: true, faults: 3 } },
    { model: 'consumer', options: { ...projecting, rebuild: true, faults: 1 } },
  ),
  scenario(
    'projections refused for good, rebuild',
    { model: 'consumer', options: { ...projecting, rebuild: true, wrongKind: true, faults: 2 } },
    { model: 'consumer', options: { ...projecting, rebuild: true, wrongKind: true, faults: 1 } },
  ),
  scenario(
    'results and status, replay',
    { model: 'consumer', options: { results: true, outcomes: ['succeeded', 'permanent'], asks: 1, faults: 2 } },
    { model: 'consumer', options: { results: true, outcomes: ['succeeded', 'permanent'], asks: 0, faults: 1 } },
  ),
  scenario(
    'edited replay',
    { model: 'consumer', options: { edit: true, outcomes: ['succeeded', 'permanent'], asks: 0, faults: 2 } },
    { model: 'consumer', options: { edit: true, outcomes: ['succeeded', 'permanent'], asks: 0, faults: 1 } },
  ),
];

export const scenarios: Row[] = [
  ...consumers,
  scenario(
    'ingest: four requests, two payloads',
    { model: 'ingest', options: { faults: 2 } },
    { model: 'ingest', options: { requests: ['A', 'A', 'B'], faults: 2 } },
  ),
  scenario(
    'process killer, one attempt',
    { model: 'crashes', options: { attempts: 1, throws: true, faults: 3 } },
    { model: 'crashes', options: { attempts: 1, throws: true, faults: 1 } },
  ),
  scenario(
    'process killer, two attempts',
    { model: 'crashes', options: { attempts: 2, throws: true, faults: 2 } },
    { model: 'crashes', options: { attempts: 2, throws: true, faults: 1 } },
  ),
  scenario(
    'process killer, start marks that are written late',
    { model: 'crashes', options: { lateMarks: true, attempts: 1, throws: true, faults: 2 } },
    { model: 'crashes', options: { lateMarks: true, attempts: 1, faults: 1 } },
  ),
  scenario(
    'ordered type, replay, asked again',
    { model: 'ordered', options: { faults: 2, asks: 1 } },
    { model: 'ordered', options: { faults: 1, asks: 1 } },
  ),
  scenario(
    'ordered type, runs that overrun visibility',
    { model: 'ordered', options: { faults: 2, overrun: true } },
    null,
  ),
  scenario(
    'handleBatch',
    { model: 'handleBatch', options: { faults: 2 } },
    { model: 'handleBatch', options: { faults: 1 } },
  ),
  scenario(
    'joint runs',
    { model: 'jointRuns', options: { faults: 2 } },
    { model: 'jointRuns', options: { faults: 1 } },
  ),
  scenario('joint runs, one attempt, three faults', { model: 'jointRuns', options: { attempts: 1, faults: 3 } }, null),
  scenario(
    'joint runs, ordered type',
    { model: 'jointRuns', options: { ordered: true, faults: 3 } },
    { model: 'jointRuns', options: { ordered: true, faults: 2 } },
  ),
  scenario('handleBatch, one attempt', { model: 'handleBatch', options: { attempts: 1, faults: 2 } }, null),
];
