import { eventKey } from '../../../lib/core/event-key.ts';
import type { Findings, Run } from '../experiment.ts';
import { moments, type Waited } from './wait-clients.ts';

/** As the local stack has it, and kept for a last look before the time is over: how quickly Redis must answer is for others to show. */
export const REDIS_MS = 1000;
/** A request that has to wait for SQS may take that long whatever its wait. */
const PUBLISH_SECONDS = 4;
/**
 * What a request may take beside its wait: to confirm, for a place and back, and what the machine adds; and the median of being woken
 * over that of asking each 100 ms. The short form runs beside other tests, and is of what is missed and left behind.
 */
export const limits = {
  full: { besideMs: 3 * REDIS_MS + 500, share: 0.2 },
  short: { besideMs: 3 * REDIS_MS + 3000, share: 1 },
} as const;
type Limits = (typeof limits)[Run['size']];
/** Of those that wait, how many may find Redis too slow and be answered at once. */
const TOO_SLOW = 0.1;
/** What a wake-up may take, in medians of all, and ms besides, before it counts as missed. */
const SLOWNESS = { medians: 10, ms: 100 };

type Judged = Omit<Findings, 'engines'>;

/**
 * @param close by those medians are judged
 * @param commits by event key, in epoch ms
 * @param left what was left behind
 */
export function judge(
  close: readonly Waited[],
  others: readonly Waited[],
  commits: ReadonlyMap<string, number>,
  left: Record<'channels' | 'places', number>,
  { besideMs, share }: Limits,
): Judged {
  const waited = [...close, ...others];
  const commitOf = ({ id }: Waited): number | undefined => commits.get(eventKey('local', '/tenants/local', id));
  const answers = waited.filter(({ moment }) => moment !== 'polled');
  /** From the commit to the answer, of those that were told after they had asked. */
  const latencies = (all: readonly Waited[]): number[] =>
    all.flatMap((one) => {
      const commit = commitOf(one) ?? 0;
      return one.says === 'succeeded' && commit >= one.asked ? [one.answered - commit] : [];
    });
  const told = latencies(close.filter(({ moment }) => moment !== 'polled'));
  const polled = latencies(close.filter(({ moment }) => moment === 'polled'));
  const [waking, polling] = [median(told), median(polled)];
  const margin = SLOWNESS.medians * waking + SLOWNESS.ms;
  const lastLook = ({ asked, wait }: Waited) => asked + wait * 1000 - Math.min(REDIS_MS, wait * 250);
  /** Nobody told it, though there was time: it came by looking a last time, or not at all. */
  const missed = answers.filter(
    (one) => one.answered >= lastLook(one) && (commitOf(one) ?? Number.POSITIVE_INFINITY) + margin < lastLook(one),
  );
  /** Redis did not answer in its budget: nobody waited. */
  const notWaited = answers.filter((one) => one.says !== 'succeeded' && one.answered < lastLook(one)).length;
  if (notWaited > TOO_SLOW * answers.length)
    throw new Error(`${notWaited} of ${answers.length} found Redis too slow to wait`);
  const wrong = waited.filter(
    ({ status, says }) => ![200, 202].includes(status) || !['succeeded', 'accepted', 'retrying'].includes(says),
  );
  const late = answers.filter(
    ({ asked, answered, wait }) => answered - asked > Math.max(wait, PUBLISH_SECONDS) * 1000 + besideMs,
  );
  if (told.length < 20 || polled.length < 5)
    throw new Error(`only ${told.length} were told and ${polled.length} polled`);
  const shown = (one: Waited): string =>
    `${one.id} (${one.moment}, wait ${one.wait}, work ${one.work}): ${one.status} ${one.says} after ${one.answered - one.asked} ms, committed at ${(commitOf(one) ?? Number.NaN) - one.asked} ms`;
  return {
    violations: {
      'missed wake-ups': missed.length,
      'channels left behind': left.channels,
      'places left behind': left.places,
      'answered too late': late.length,
      'wrong answers': wrong.length,
      'median over its share of polling': waking <= share * polling ? 0 : 1,
    },
    figures: {
      waits: answers.length,
      ...Object.fromEntries(
        moments.map((moment) => [`settled: ${moment}`, count(waited, moment, (one) => one.says === 'succeeded')]),
      ),
      'not waited for, Redis being slow': notWaited,
      'not settled in time': answers.filter(({ says }) => says !== 'succeeded').length,
      'woken after the commit, ms (median)': waking,
      'polled after the commit, ms (median)': polling,
      'woken over polled (median)': Math.round((100 * waking) / polling) / 100,
    },
    evidence: [
      ...missed.slice(0, 4).map((one) => `missed: ${shown(one)}`),
      ...late.slice(0, 3).map((one) => `late: ${shown(one)}`),
      ...wrong.slice(0, 3).map((one) => `wrong: ${shown(one)}`),
    ],
  };
}

const count = (waited: readonly Waited[], moment: string, holds: (one: Waited) => boolean): number =>
  waited.filter((one) => one.moment === moment && holds(one)).length;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
