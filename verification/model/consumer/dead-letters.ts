import type { Offers } from '../checker/offers.ts';
import type { Mutant, Options } from './options.ts';
import { PAYLOADS } from './payload.ts';
import { outcomeOf, recordWrites } from './record.ts';
import { tell } from './results.ts';
import type { Actor, State } from './state.ts';

/** The dead-letter function: failure and state of the event in one transaction. */
export function deadLetterActions(options: Options): (state: State, offers: Offers<State, Actor>) => void {
  const { isOpen, write } = recordWrites(options);
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  return (state, offers) => {
    state.letters.forEach(({ payload, replay, cause, recorded, outcome }, index) => {
      const by = { payload, replay };
      const me = `dead-letter function on ${payload}/${replay}`;
      if (!recorded)
        offers.step(
          `${me}: transaction`,
          (next) => {
            const letter = next.letters[index];
            if (!letter) return;
            letter.recorded = true;
            // A payload has one failure (protocol: failure-per-payload).
            const hidden =
              broken('failure-key-without-fingerprint') &&
              PAYLOADS.some((one) => next.failures[one]?.replay === replay);
            const mine = next.record?.payload === payload;
            if (isOpen(next.record, by) || (broken('dead-letter-unconditional') && mine)) {
              write(next, by, { state: 'failed' });
              if (!hidden) next.failures[payload] = { state: 'open', replay };
            } else if (!mine && !hidden && (cause === 'id-reused' || !broken('dead-letter-trusts-its-cause')))
              // Another payload's record stays as it is (protocol: letters-compare-fingerprints).
              next.failures[payload] ??= { state: 'open', replay };
            const { record } = next;
            if (options.results && record?.payload === payload && record.replay === replay)
              letter.outcome = outcomeOf(record);
          },
          by,
        );
      else {
        offers.step(
          `${me}: tells waiters, acks`,
          (next) => {
            if (outcome !== '') tell(options, next, { replay, outcome });
            next.letters.splice(index, 1);
          },
          by,
        );
        offers.fault(`${me}: crashes before ack`, (next) => {
          const letter = next.letters[index];
          if (!letter) return;
          letter.recorded = false;
          letter.outcome = '';
        });
      }
      offers.fault(`a second copy of the dead letter ${payload}/${replay}`, (next) => {
        next.letters.push({ payload, replay, cause, recorded: false, outcome: '' });
      });
    });
  };
}
