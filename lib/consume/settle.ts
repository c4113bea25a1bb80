import { codeOf, messageOf, ProjectionRefusedError } from '../core/errors.ts';
import type { FailureCause, LastWord } from '../core/failure.ts';
import { failureGroup } from '../core/failure-group.ts';
import type { Attempt } from '../core/outcome.ts';
import type { ProjectionCommands, Projections } from '../ports/projections.ts';
import type { KnownRecord, Records } from '../ports/records.ts';
import type { Results, StoredOutcome } from '../ports/results.ts';
import type { Settlement } from '../ports/transaction.ts';
import { isFinal, settledBy, settledFrom } from '../results/settled-event.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { Delivery } from './delivery.ts';
import { done, type Fate, returned } from './fates.ts';
import { createLetterBox, type LetterBoxOptions, type LetterBoxPorts } from './letter-box.ts';
import { conflictSeconds, outageSeconds, retrySeconds } from './retry.ts';

export interface SettlePorts extends LetterBoxPorts {
  records: Records;
  results: Results;
  projections: Projections;
}

/** For one write beside a run. */
const SETTLE_MS = 4000;
/** Transactions that keep meeting, or a schema that this consumer does not know: after so many returns it is an attempt. */
const FREE_RETURNS = 20;

/**
 * The steps that follow a run. Each may throw DependencyError: then the message comes back, and what is done already is
 * found done (protocol: lost-commit).
 */
export function createSettling(options: LetterBoxOptions, ports: SettlePorts) {
  const { definition } = options;
  const { records, results, projections, clock, random, log } = ports;
  const { send, sendStrangers } = createLetterBox(options, ports);

  /**
   * Applies the projections of a settled event behind their guards (protocol: projection-after-commit).
   * @returns whether its record is still to be told
   */
  async function project(tenant: string, key: string, commands: readonly ProjectionCommands[]): Promise<boolean> {
    if (commands.length === 0) return false;
    try {
      await projections.apply(tenant, key, commands);
      return true;
    } catch (error) {
      if (!(error instanceof ProjectionRefusedError)) throw error;
      // No number of tries would help: the effect stands, the record stays pending, and a rebuild applies it
      // (protocol: refused-for-good).
      log.error('a projection was refused and waits for a rebuild', { key, type: definition.type, error });
      return false;
    }
  }

  /** After the commit: projections, then waiters. Record and guards are told at the end of the batch. */
  async function finish(delivery: Delivery, settlement: Settlement): Promise<Fate> {
    const { key, message } = delivery;
    const projected = await project(message.tenant, key, settlement.projections ?? []);
    const outcome: StoredOutcome = {
      outcome: settlement.outcome,
      fingerprint: message.fingerprint,
      replay: message.replay,
    };
    await results.tell(key, outcome, settledBy(settlement, delivery.known?.attempts ?? []));
    return { kind: 'done', projected };
  }

  /** The condition did not hold: read the record, in this order (protocol: read-afterwards). */
  async function afterwards(delivery: Delivery, known?: KnownRecord): Promise<Fate> {
    const { key, message } = delivery;
    const record = known ?? (await records.find([key])).get(key);
    if (!record) return conflict(delivery);
    if (record.fingerprint !== message.fingerprint) return reused(delivery);
    if (record.replay > message.replay) return done;
    if (record.replay < message.replay) return conflict(delivery);
    if (isFinal(record)) {
      const pending: ProjectionCommands[] = record.projected === false ? JSON.parse(record.projections ?? '[]') : [];
      const projected = await project(record.tenant, key, pending);
      await results.tell(
        key,
        { outcome: record.state, fingerprint: record.fingerprint, replay: record.replay },
        settledFrom(record),
      );
      return { kind: 'done', projected };
    }
    if (record.state === 'failing' && record.lastWord) return send(delivery, record.lastWord, record.attempts);
    return conflict(delivery);
  }

  const conflict = ({ receives }: Delivery): Fate => returned(conflictSeconds(receives, random));

  /**
   * Another payload stands under this id: the letter is a failure of its own and leaves that record alone
   * (protocol: letters-compare-fingerprints).
   */
  const reused = (delivery: Delivery): Promise<Fate> => {
    const error = new SluiceError('id-reused', 'the id was used before with another payload');
    return send(delivery, lastWordOf(error, 'id-reused'), []);
  };

  /** The handler failed: one more attempt, and the dead letters when there are no more (protocol: backoff). */
  async function attempted(delivery: Delivery, error: unknown): Promise<Fate> {
    const { key, message } = delivery;
    const attempt = attemptOf(error);
    const last = (known: KnownRecord | undefined, more: number) =>
      (known?.attempts.length ?? 0) + more >= definition.retry.attempts;
    if (last(delivery.known, 1)) {
      log.warn('last attempt failed', { key, type: definition.type, error });
      return fail(delivery, [attempt], lastWordOf(error, 'attempts-exhausted'));
    }
    const record = await records.recordAttempt(key, message, attempt, delivery.run);
    if (!record) return afterwards(delivery);
    delivery.run = undefined;
    log.warn('attempt failed', { key, type: definition.type, attempt: record.attempts.length, error });
    if (last(record, 0)) return fail({ ...delivery, known: record }, [], lastWordOf(error, 'attempts-exhausted'));
    return returned(retrySeconds(error, record.attempts.length, definition.retry, random));
  }

  /**
   * No more attempts: the record is closed to further runs first, then its letter is sent
   * (protocol: failing-before-the-letter).
   */
  async function fail(delivery: Delivery, attempts: readonly Attempt[], lastWord: LastWord): Promise<Fate> {
    if (!(await records.fail(delivery.key, delivery.message, attempts, lastWord))) return afterwards(delivery);
    delivery.run = undefined;
    return send(delivery, lastWord, [...(delivery.known?.attempts ?? []), ...attempts]);
  }

  /** No further attempt would help. */
  const buried = (delivery: Delivery, error: unknown, cause: 'permanent' | 'invalid-data'): Promise<Fate> => {
    log.warn('no attempt would help', { key: delivery.key, type: definition.type, cause, error });
    return fail(delivery, [attemptOf(error)], lastWordOf(error, cause));
  };

  /** Comes back at no cost of an attempt, so many times (protocol: free-returns). */
  async function comeBack(delivery: Delivery, error: unknown): Promise<Fate> {
    const returns = await records.countReturn(delivery.key, delivery.message, delivery.run);
    if (returns === null) return afterwards(delivery);
    delivery.run = undefined;
    if (returns > FREE_RETURNS) return attempted(delivery, error);
    return returned(outageSeconds(delivery.receives, random));
  }

  /** Its time was over before it could run: an outcome, and nothing runs (protocol: expires-unrun). */
  async function expire(delivery: Delivery): Promise<Fate> {
    const { key, message } = delivery;
    const settlement: Settlement = { key, message, outcome: 'expired', attempt: { at: isoNow(), outcome: 'expired' } };
    const answer = await records.begin(message.tenant, () => SETTLE_MS).settle([settlement]);
    if (answer === 'settled') return finish(delivery, settlement);
    return answer === 'refused' ? afterwards(delivery) : conflict(delivery);
  }

  const isoNow = (): string => new Date(clock.now()).toISOString();
  const attemptOf = (error: unknown): Attempt => ({ at: isoNow(), outcome: 'error', error: said(error) });

  return { finish, afterwards, attempted, buried, comeBack, expire, fail, sendStrangers, conflict };
}

const LONGEST_MESSAGE = 1000;
const said = (error: unknown) => ({ code: codeOf(error), message: messageOf(error).slice(0, LONGEST_MESSAGE) });
const lastWordOf = (error: unknown, cause: FailureCause): LastWord => ({
  cause,
  ...said(error),
  group: failureGroup(error),
});

export type Settling = ReturnType<typeof createSettling>;
