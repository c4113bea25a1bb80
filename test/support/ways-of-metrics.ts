import { DependencyError, TransientError } from '../../lib/core/errors.ts';
import { type MetricName, NO_TYPE, OTHER_TYPES } from '../../lib/core/metrics.ts';
import { MOST_COUNTED } from '../../lib/failures/count-open.ts';
import { rejected } from '../../lib/sdk/result.ts';
import {
  authorized,
  consumed,
  consumedTogether,
  counted,
  fails,
  failsFirst,
  identity,
  parcel,
  replayed,
  sent,
  slowly,
  started,
  succeeds,
  type,
  undecodable,
  type Values,
} from './told-by.ts';

/** Of each metric a way of the code that tells it, and what it tells then; the compiler asks for every one. */
export const ways: Record<MetricName, [way: () => Promise<Values>, told: Values][]> = {
  Accepted: [
    [
      () => sent([[parcel, parcel, { type: 'anything.happened', data: 1 }]]),
      { 'Accepted parcel.sent': [2], 'Accepted anything.happened': [1] },
    ],
  ],
  Duplicates: [
    [
      () =>
        sent([
          { ...parcel, id: 'a' },
          { ...parcel, id: 'a' },
        ]),
      { 'Duplicates parcel.sent': [1] },
    ],
    [
      () =>
        sent([
          [
            { ...parcel, id: 'a' },
            { ...parcel, id: 'a' },
          ],
        ]),
      { 'Duplicates parcel.sent': [1] },
    ],
  ],
  QueueUnavailable: [
    [
      () => sent([[parcel, parcel]], ({ queue }) => queue.answers.push('refused', 'unanswered')),
      { 'QueueUnavailable parcel.sent': [2] },
    ],
  ],
  Refused: [
    [() => sent(['{']), { 'Refused invalid-json': [1] }],
    [() => sent([{ type: 'of.acme', data: {} }]), { 'Refused unknown-type': [1] }],
    [() => sent([[{ ...parcel, data: {} }, parcel]]), { 'Refused invalid-data': [1], 'Accepted parcel.sent': [1] }],
  ],
  IngestTime: [
    [
      () =>
        sent([[parcel, parcel, { type: 'anything.happened', data: 1 }, 7]], ({ queue, clock }) => slowly(queue, clock)),
      { 'IngestTime parcel.sent': [250], 'IngestTime anything.happened': [250] },
    ],
    [
      () =>
        sent([parcel], ({ queue, clock }) => {
          queue.answers.push('refused');
          slowly(queue, clock);
        }),
      { 'IngestTime parcel.sent': [250], 'QueueUnavailable parcel.sent': [1] },
    ],
  ],
  Succeeded: [[() => consumed(succeeds), { [`Succeeded ${type}`]: [1] }]],
  Rejected: [[() => consumed(async () => rejected('no')), { [`Rejected ${type}`]: [1] }]],
  Expired: [
    [() => consumed(succeeds, { extensions: { expirytime: '2020-01-01T00:00:00Z' } }), { [`Expired ${type}`]: [1] }],
  ],
  SettledAgain: [
    [() => consumed(succeeds, { times: 2 }), { [`Succeeded ${type}`]: [1], [`SettledAgain ${type}`]: [1] }],
  ],
  Attempts: [[() => consumed(failsFirst(), { times: 2 }), { [`Attempts ${type}`]: [2], [`Succeeded ${type}`]: [1] }]],
  TimeToSettle: [[() => consumed(succeeds, { ms: 1500 }), { [`TimeToSettle ${type}`]: [1500] }]],
  BatchSize: [[() => consumed(succeeds, { copies: 2 }), { [`BatchSize ${type}`]: [2] }]],
  HandlerTime: [
    [() => consumed(succeeds, { ms: 40 }), { [`HandlerTime ${type}`]: [40] }],
    [() => consumed(fails, { ms: 41 }), { [`HandlerTime ${type}`]: [41] }],
  ],
  JointRuns: [
    [() => consumedTogether(succeeds), { [`JointRuns ${type}`]: [1], [`Succeeded ${type}`]: [1, 1] }],
    [
      () => consumedTogether(async (id) => (id === 'two' ? fails() : undefined)),
      { [`JointRuns ${type}`]: [1], [`FallBacks ${type}`]: [1], [`Succeeded ${type}`]: [1] },
    ],
  ],
  FallBacks: [
    [() => consumedTogether(async (id) => (id === 'one' ? fails() : undefined)), { [`FallBacks ${type}`]: [1] }],
  ],
  Conflicts: [
    [
      () => consumed(async () => Promise.reject(new TransientError('met')), { ms: 60_000 }),
      { [`Conflicts ${type}`]: [1] },
    ],
  ],
  BreakerOpened: [[() => consumed(succeeds, { down: true, times: 3 }), { [`BreakerOpened ${type}`]: [1] }]],
  WaitingSeconds: [
    [() => consumed(succeeds, { ms: 61_400 }), { [`WaitingSeconds ${type}`]: [61] }],
    [() => consumed(succeeds, { down: true }), { [`WaitingSeconds ${type}`]: [0] }],
  ],
  ReturnedForInfrastructure: [
    [() => consumed(succeeds, { down: true, times: 2 }), { 'ReturnedForInfrastructure consume': [1, 1] }],
  ],
  FailuresRecorded: [
    [() => consumed(fails), { [`FailuresRecorded ${type}`]: [1] }],
    [undecodable, { [`FailuresRecorded ${NO_TYPE}`]: [1] }],
  ],
  FailuresReplayed: [[replayed, { 'FailuresReplayed parcel.sent': [1] }]],
  FailuresOpen: [
    [
      () => counted(async (one) => (one === 'a.b' ? MOST_COUNTED : 0)),
      { 'FailuresOpen a.b': [MOST_COUNTED], [`FailuresOpen ${NO_TYPE}`]: [0], [`FailuresOpen ${OTHER_TYPES}`]: [0] },
    ],
  ],
  Verdicts: [
    [() => authorized('Bearer k', async () => ({ identity })), { 'Verdicts let in': [1] }],
    [() => authorized('Bearer k', async () => ({ refused: 'revoked' })), { 'Verdicts revoked': [1] }],
    [() => authorized('Basic k', async () => ({ identity })), { 'Verdicts malformed': [1] }],
    [
      () => authorized('Bearer k', () => Promise.reject(new DependencyError('mongodb', 'silent'))),
      { 'Verdicts unknowable': [1] },
    ],
  ],
  ColdStarts: [[() => started(2), { 'ColdStarts query': [1] }]],
};
