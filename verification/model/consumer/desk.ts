import type { Offers } from '../checker/offers.ts';
import type { Mutant, Options } from './options.ts';
import type { Payload } from './payload.ts';
import { recordWrites, send } from './record.ts';
import { forget } from './results.ts';
import type { Actor, State } from './state.ts';

/** The failure is being replayed, and no run has left a trace of that replay. */
export const isUnseen = ({ record, failures }: State, payload: Payload): boolean =>
  record?.payload === payload &&
  record.replay === failures[payload]?.replay &&
  record.state === 'retrying' &&
  !record.seen;

/** The failure desk writes first and publishes after that; people ask it, or never do. */
export function deskActions(options: Options): (state: State, offers: Offers<State, Actor>) => void {
  const { reopen } = recordWrites(options);
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  function asked(state: State, payload: Payload, offers: Offers<State, Actor>): void {
    const failure = state.failures[payload];
    if (!failure) return;
    const { record } = state;
    const own = record?.payload === payload && record.replay === failure.replay && record.state === 'failed';
    // A failure `id-reused` has no record of its own (protocol: reused-id-needs-a-new-id).
    if (failure.state === 'open' && failure.replay < options.replays && (own || broken('replay-of-id-reused'))) {
      const replay = failure.replay + 1;
      offers.choice(`desk writes replay ${replay} of ${payload}`, (next) => {
        next.failures[payload] = { state: 'replaying', replay };
        if (own && !broken('desk-leaves-record')) reopen(next, { payload, replay });
        next.toPublish.push({ payload, replay, edited: false, forgotten: !options.results });
      });
    }
    if (failure.state === 'replaying' && state.asks > 0 && isUnseen(state, payload))
      offers.choice(`desk is asked again for replay ${failure.replay} of ${payload}`, (next) => {
        next.asks--;
        next.toPublish.push({ payload, replay: failure.replay, edited: false, forgotten: !options.results });
      });
    // The new event is written into the failure that it closes (protocol: replacement-is-written-down).
    if (options.edit && failure.state === 'open')
      offers.choice(`desk writes an edited replay of ${payload}`, (next) => {
        next.failures[payload] = { ...failure, state: 'replaced' };
        next.replacement = 'written';
        next.toPublish.push({ payload, replay: 0, edited: true, forgotten: true });
      });
  }

  function forgetting(what: string, replay: number, index: number, offers: Offers<State, Actor>): void {
    const goOn = (next: State): void => {
      const publication = next.toPublish[index];
      if (publication) publication.forgotten = true;
    };
    offers.step(`desk takes the outcome of replays before ${what} from Redis`, (next) => {
      forget(options, next, replay);
      goOn(next);
    });
    offers.fault(`Redis silent, the outcome before ${what} stands`, goOn);
  }

  return (state, offers) => {
    for (const payload of options.accepted) asked(state, payload, offers);
    state.toPublish.forEach(({ payload, replay, edited, forgotten }, index) => {
      if (!forgotten) {
        forgetting(`${payload}/${replay}`, replay, index, offers);
        return;
      }
      offers.step(`desk publishes ${edited ? 'the edited event' : `${payload}/${replay}`}`, (next) => {
        next.toPublish.splice(index, 1);
        if (edited) next.replacement = 'published';
        else send(next, { payload, replay });
      });
      offers.fault('desk crashes before publishing', (next) => {
        next.toPublish.splice(index, 1);
        if (edited && broken('edited-replay-not-written-down')) next.replacement = '';
      });
    });
  };
}
