import { attemptedOf, keptOf } from '../core/attempts.ts';
import { ProjectionRefusedError } from '../core/errors.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import { describeThrown, type Thrown } from '../core/thrown.ts';
import type { Random } from '../ports/clock.ts';
import type { ProjectionCommands, Projections } from '../ports/projections.ts';
import type { Records } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { Settlement } from '../ports/transaction.ts';
import { settledBy, settledFrom } from '../results/settled-event.ts';
import { decide, type Rules } from './decide.ts';
import { attemptsOf, runFields, type State } from './delivery.ts';
import type { Fact, Fate, SettledRecord, Step } from './facts.ts';
import { createLetterBox, type LetterBoxOptions, type LetterBoxPorts } from './letter-box.ts';
import { noteCrashes } from './note-crashes.ts';
import { committedFields, type OutcomeFields, outcomeFields } from './outcome-fields.ts';
import { pendingOf } from './pending.ts';
import { type Pings, verdict } from './verdict.ts';

export interface SettlePorts extends LetterBoxPorts {
  records: Records;
  results: Results;
  projections: Projections;
  ping: Pings;
  random: Random;
}

/** Where the way of a delivery ends. */
export interface Ended {
  state: State;
  fate: Fate;
  /** What kept a step from being done, where a dependency is down. */
  outage?: Thrown;
  /** Its outcome, for whoever watches. */
  settled?: OutcomeFields | undefined;
}

/** For one write beside a run. */
const SETTLE_MS = 4000;

/**
 * Does the steps that decide.ts asks for, until a fate is decided. What a step had done already will be found done
 * (protocol: lost-commit).
 */
export function createSettling(options: LetterBoxOptions, ports: SettlePorts) {
  const { definition } = options;
  const { records, results, projections, clock, random, log } = ports;
  const { send } = createLetterBox(options, ports);
  const now = (): string => new Date(clock.now()).toISOString();
  const dueIn = (seconds: number): Date => new Date(clock.now() + seconds * 1000);
  const rules: Rules = { retry: definition.retry, random, clock };

  /**
   * Never throws: in an outage the message comes back at no cost; another fault is counted, so that one that stays is a failure in the end.
   * @param fact what happened to the delivery in this state
   */
  async function settle(state: State, fact: Fact): Promise<Ended> {
    let at = state;
    // What is committed is told, whatever becomes of the steps behind the commit: what comes later is told as "again".
    let settled: OutcomeFields | undefined = committedFields(state, fact);
    const follow = async (begin: Fact): Promise<Ended> => {
      let [next, happened] = [at, begin];
      for (;;) {
        const decision = decide(next, happened, rules);
        if ('kind' in decision) return { state: next, fate: decision, settled };
        settled = outcomeFields(next, decision) ?? settled;
        [next, happened] = await does(next, decision);
        at = next;
      }
    };
    const outage: Fact = { kind: 'outage', follows: false };
    try {
      return await follow(fact);
    } catch (thrown) {
      const error = describeThrown(thrown);
      const { kind } = await verdict(error, ports.ping);
      if (kind === 'infrastructure') return { ...(await follow(outage)), outage: error };
      log.error('a step failed, the message comes back', { ...runFields(at), code: error.code, error });
      if (error.kind === 'transient') return follow({ kind: 'conflict' });
      return follow({ kind: 'transient', error }).catch(() => follow(outage));
    }
  }

  const logFailed = (said: string, state: State, error: Thrown, details: Fields): void =>
    log.warn(said, {
      ...runFields(state),
      attempts_allowed: definition.retry.attempts,
      code: error.code,
      ...details,
      error,
    });

  /** Does one step. @returns the next state, and what happened */
  async function does(state: State, step: Step): Promise<[State, Fact]> {
    const { key, message, run } = state;
    const unmarked: State = { ...state, run: undefined };
    switch (step.do) {
      case 'finish':
        return [state, await finish(state, step.settlement)];
      case 'finish-again':
        return [state, await finishAgain(state, step.record)];
      case 'read-record':
        return [state, { kind: 'record-read', record: (await records.find([key])).get(key) }];
      case 'record-attempt': {
        const record = await records.recordAttempt(key, message, step.attempt, dueIn(step.seconds), state);
        if (!record) return [state, { kind: 'refused' }];
        const due = { attempt: attemptedOf(record), next_at: dueIn(step.seconds).toISOString() };
        logFailed('attempt failed', state, step.error, due);
        return [
          { ...unmarked, known: record },
          { kind: 'attempt-recorded', seconds: step.seconds },
        ];
      }
      case 'record-return': {
        const { error, seconds } = step;
        if (!(await records.recordReturn(key, message, { dueAt: dueIn(seconds), dueFor: error.code }, state)))
          return [state, { kind: 'refused' }];
        const asked = { code: error.code, reason: error.message, next_at: dueIn(seconds).toISOString() };
        log.info('asked to be run again, at no cost of an attempt', { ...runFields(state), ...asked });
        return [unmarked, { kind: 'return-recorded', seconds }];
      }
      case 'count-return': {
        const returns = await records.countReturn(key, message, run);
        if (returns === null) return [state, { kind: 'refused' }];
        return [unmarked, { kind: 'return-counted', returns, error: step.error }];
      }
      case 'close':
        return close(state, step);
      case 'send-letter':
        return [state, { kind: 'letter', outcome: await send(state, step.lastWord, step.attempts) }];
      case 'settle-expired':
        return [state, await expire(state)];
    }
  }

  /** No more attempts: the record is closed to further runs, before its letter is sent (protocol: failing-before-the-letter). */
  async function close(state: State, step: Extract<Step, { do: 'close' }>): Promise<[State, Fact]> {
    const { key, message } = state;
    const { attempts, lastWord, asRead, because } = step;
    const closed = await records.fail(key, message, attempts, lastWord, asRead ? state : undefined);
    if (!closed) return [state, { kind: 'refused' }];
    if (because) logFailed(because.said, state, because.error, { cause: lastWord.cause });
    else noteCrashes(state, attempts, definition, log);
    const all = keptOf([...attemptsOf(state), ...attempts]);
    return [
      { ...state, run: undefined },
      { kind: 'closed', attempts: all, lastWord },
    ];
  }

  /** After the commit: projections, then waiters. Its record is told at the end of the batch. */
  async function finish(state: State, settlement: Settlement): Promise<Fact> {
    const { key, message } = state;
    const projected = await project(state, settlement.projections ?? []);
    const { fingerprint, replay } = message;
    const outcome = { outcome: settlement.outcome, fingerprint, replay };
    await results.tell(key, outcome, settledBy(settlement, attemptsOf(state)));
    return { kind: 'finished', projected };
  }

  /** What a run that died behind its commit left undone. */
  async function finishAgain(state: State, record: SettledRecord): Promise<Fact> {
    const projected = await project(state, pendingOf(record, clock.now()));
    const { state: outcome, fingerprint, replay } = record;
    await results.tell(state.key, { outcome, fingerprint, replay }, settledFrom(record));
    return { kind: 'finished', projected };
  }

  /**
   * Applies the projections of a settled event behind their guards (protocol: projection-after-commit).
   * @returns whether its record is still to be told
   */
  async function project({ key, message }: State, commands: readonly ProjectionCommands[]): Promise<boolean> {
    if (commands.length === 0) return false;
    try {
      await projections.apply(message.tenant, key, commands);
      return true;
    } catch (error) {
      if (!(error instanceof ProjectionRefusedError)) throw error;
      // No number of tries would help: the effect stands, the record stays pending, and a rebuild applies it
      // (protocol: refused-for-good).
      log.error('a projection was refused and waits for a rebuild', {
        ...eventFields(message),
        code: error.code,
        error,
      });
      return false;
    }
  }

  /** Its time was over before it could run: an outcome, and nothing runs (protocol: expires-unrun). */
  async function expire({ key, message }: State): Promise<Fact> {
    const settlement: Settlement = { key, message, outcome: 'expired', attempt: { at: now(), outcome: 'expired' } };
    const answer = await records.begin(message.tenant, () => SETTLE_MS).settle([settlement]);
    return answer === 'settled' ? { kind: 'settled', settlement } : { kind: answer };
  }

  return settle;
}
