import { type Broken, ofModel } from './protocol-mutant.ts';

const deciding = 'test/lib/consume/decide.test.ts';
const decide = 'lib/consume/decide.ts';

/** What comes back at no cost, and how that ends (docs/decisions/0016); the model knows neither time nor age. */
const broken: Broken[] = [
  {
    name: 'free-return-counts-an-attempt',
    file: decide,
    search: 'retryLater !== undefined && !retryLater.counts && receives <= FREE_RECEIVES;',
    replace: 'retryLater !== undefined && receives < 1;',
    caughtBy: deciding,
    title: 'comes back then, at no attempt',
  },
  {
    name: 'free-return-without-bound',
    file: decide,
    search: 'retryLater !== undefined && !retryLater.counts && receives <= FREE_RECEIVES;',
    replace: 'retryLater !== undefined && !retryLater.counts && receives > 0;',
    caughtBy: deciding,
    title: 'costs an attempt after all',
  },
  {
    name: 'free-return-of-no-time',
    file: 'lib/consume/retry.ts',
    search: 'retryLater.seconds > 0;',
    replace: 'Number.isFinite(retryLater.seconds);',
    caughtBy: deciding,
    title: 'comes back later each time',
  },
  {
    name: 'free-return-never-grows',
    file: decide,
    search: 'freeSeconds(error, receives, retry, random)',
    replace: 'freeSeconds(error, attempts, retry, random)',
    caughtBy: deciding,
    title: 'comes back later each time',
  },
  {
    name: 'waiting-without-end',
    file: decide,
    search: 'isTooOld(SOURCE_RETENTION_SECONDS, sentAt, clock.now() + seconds * 1000, lastSeconds);',
    replace: 'isTooOld(SOURCE_RETENTION_SECONDS, sentAt, Number.NEGATIVE_INFINITY, lastSeconds);',
    caughtBy: deciding,
    title: 'ends where it would come back in the last 24 h',
  },
  {
    name: 'waiting-ends-with-retention',
    file: 'lib/core/retention.ts',
    search: '(retentionSeconds - lastSeconds)',
    replace: 'retentionSeconds',
    caughtBy: deciding,
    title: 'ends where the message would come back in its last 24 h',
  },
  {
    name: 'newer-message-without-end',
    file: 'lib/consume/newer.ts',
    search: 'if (follows || !isBackTooLate(record, fate, ports.clock.now()))',
    replace: 'if (follows || fate.kind)',
    caughtBy: 'test/lib/consume/newer.contract.test.ts',
    title: 'goes to the dead letters as it came',
  },
  {
    name: 'newer-letter-without-end',
    file: 'lib/failures/dead-letter.ts',
    search: 'error instanceof NewerFormatError && isTooOld(',
    replace: 'error instanceof NewerFormatError && !record && isTooOld(',
    caughtBy: 'test/lib/failures/dead-letter.contract.test.ts',
    title: 'becomes undecodable a day before',
  },
];

export const returns = ofModel('returns', broken);
