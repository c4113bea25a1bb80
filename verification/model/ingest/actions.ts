import type { Action } from '../checker/model.ts';
import { Offers } from '../checker/offers.ts';
import { type Actor, type Mutant, type Options, PAYLOADS, type Payload, type State } from './state.ts';

/** What may happen at the door; the consumer is one atomic step here, ../consumer takes it apart. */
export function ingestActions(options: Options): (state: State) => Action<State, Actor>[] {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  const end = (next: State, index: number): void => {
    const request = next.requests[index];
    if (request) request.at = 'over';
  };
  const accept = (next: State, index: number, payload: Payload): void => {
    end(next, index);
    next.acknowledged[payload] = true;
  };
  const go = (next: State, index: number, at: 'publish' | 'confirm'): void => {
    const request = next.requests[index];
    if (request) request.at = at;
  };
  const claim = (next: State, index: number, payload: Payload): void => {
    next.claim = { owner: index, payload, confirmed: false };
  };
  /** Compare-and-delete by the owner's token. */
  const release = (next: State, index: number): void => {
    if (!next.claim || (next.claim.owner !== index && !broken('release-without-owner'))) return;
    next.claim = null;
    if (next.holder === index) next.holder = null;
  };
  const take = (next: State, payload: Payload): void => {
    next.queue[payload]++;
    next.taken[payload] = true;
  };

  /** `SET claim NX GET`: the id is free, or what stands there decides. */
  function claiming(state: State, index: number, payload: Payload, me: string, offers: Offers<State, Actor>): void {
    const standing = state.claim;
    if (!standing) {
      offers.choice(
        `${me}: claims the id`,
        (next) => {
          claim(next, index, payload);
          go(next, index, 'publish');
          next.holder ??= index;
        },
        { claims: index },
      );
      offers.fault(`${me}: claim set, reply lost, goes on`, (next) => {
        claim(next, index, payload);
        go(next, index, 'publish');
        next.redisWorked[payload] = false;
      });
    } else if (!standing.confirmed)
      // Whatever its payload: SQS may refuse the other request yet, so a 422 could be undone.
      offers.choice(`${me}: answered 409, another request is in flight`, (next) => end(next, index));
    else if (standing.payload === payload || broken('no-fingerprint-in-claim'))
      offers.choice(`${me}: answered 202 duplicate`, (next) => accept(next, index, payload), { accepted: payload });
    else offers.choice(`${me}: answered 422`, (next) => end(next, index), { refused: payload });
    // Redis is speed: without it everything is accepted.
    offers.fault(`${me}: Redis silent, goes on without a claim`, (next) => {
      go(next, index, 'publish');
      next.redisWorked[payload] = false;
    });
  }

  function publishing(state: State, index: number, payload: Payload, me: string, offers: Offers<State, Actor>): void {
    if (broken('confirm-before-publish') && state.claim?.owner === index && !state.claim.confirmed)
      offers.step(`${me}: confirms first`, (next) => {
        if (next.claim) next.claim.confirmed = true;
        next.holder = null;
      });
    offers.step(`${me}: SQS takes the event`, (next) => {
      take(next, payload);
      go(next, index, 'confirm');
    });
    // SQS answers HTTP 200 with a list of what it did not take.
    offers.fault(`${me}: listed in Failed`, (next) => {
      if (broken('failed-list-ignored')) return go(next, index, 'confirm');
      release(next, index);
      end(next, index);
    });
    // Nobody can say whether SQS holds it: the claim stays until it expires, and the client may repeat.
    const unanswered = (what: string, change: (next: State) => void): void =>
      offers.fault(`${me}: answer of SQS lost, ${what}; 503`, (next) => {
        change(next);
        if (broken('release-on-timeout') && next.claim?.owner === index) next.claim = null;
        end(next, index);
      });
    unanswered('event not taken', () => undefined);
    unanswered('event taken', (next) => take(next, payload));
    unanswered('event still on the wire', (next) => next.late.push(payload));
    offers.fault(`${me}: ingest crashes before SQS answers`, (next) => end(next, index));
  }

  function confirming(index: number, payload: Payload, me: string, offers: Offers<State, Actor>): void {
    offers.step(
      `${me}: confirms, 202`,
      (next) => {
        if (!next.claim || next.claim.owner === index || broken('confirm-without-owner')) {
          next.claim = { owner: index, payload, confirmed: true };
          if (next.holder === index) next.holder = null;
        }
        accept(next, index, payload);
      },
      { accepted: payload },
    );
    offers.fault(
      `${me}: Redis silent, cannot confirm, 202`,
      (next) => {
        next.redisWorked[payload] = false;
        accept(next, index, payload);
      },
      { accepted: payload },
    );
    offers.fault(`${me}: ingest crashes after SQS took the event`, (next) => end(next, index));
  }

  function redisActions({ claim: standing, holder, requests }: State, offers: Offers<State, Actor>): void {
    if (!standing) return;
    // Ingest gives up on SQS before its claim can expire (protocol: publish-before-the-claim-ends).
    const over = requests[standing.owner]?.at === 'over' || broken('publication-outlives-claim');
    if (!standing.confirmed && over)
      offers.step(`5 s over: claim of request ${standing.owner + 1} expires`, (next) => {
        next.claim = null;
        next.holder = null;
      });
    if (standing.confirmed && holder === null)
      offers.choice('deduplication window over', (next) => {
        next.claim = null;
        next.inWindow = false;
      });
    offers.fault('Redis is emptied', (next) => {
      next.claim = null;
      next.holder = null;
      next.redisWorked = { A: false, B: false };
    });
  }

  return (state) => {
    const offers = new Offers<State, Actor>(state);
    state.requests.forEach(({ payload, at }, index) => {
      const me = `request ${index + 1} (${payload})`;
      if (at === 'claim') claiming(state, index, payload, me, offers);
      if (at === 'publish') publishing(state, index, payload, me, offers);
      if (at === 'confirm') confirming(index, payload, me, offers);
    });
    state.late.forEach((payload, index) => {
      offers.step(`SQS takes the late ${payload}`, (next) => {
        next.late.splice(index, 1);
        take(next, payload);
      });
    });
    redisActions(state, offers);
    for (const payload of PAYLOADS.filter((one) => state.queue[one] > 0))
      offers.step(`consumer handles a message of ${payload}`, (next) => {
        next.queue[payload]--;
        if (next.record === null) {
          next.record = payload;
          next.effects++;
        } else if (next.record !== payload) next.failures[payload] = true;
      });
    return offers.actions;
  };
}
