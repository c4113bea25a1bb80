import type { Offers } from '../checker/offers.ts';
import type { Options } from './options.ts';
import { send } from './record.ts';
import type { Actor, State } from './state.ts';

/** SQS delivers at least once: a message that is not acknowledged comes again, at times while its run goes on. */
export function queueActions({ runs, movedBySqs }: Options, state: State, offers: Offers<State, Actor>): void {
  state.queue.forEach(({ id, payload, replay, received, visible }, index) => {
    const what = `${payload}/${replay}`;
    if (visible && state.runs.length < runs)
      offers.step(`${received ? 'redelivery' : 'first delivery'} of ${what}`, (next) => {
        const message = next.queue[index];
        if (message) {
          message.visible = false;
          message.received = true;
        }
        // The first delivery takes no look and writes no mark: the common path pays nothing.
        const at = received ? 'read' : 'handle';
        const nothing = {
          doomed: false,
          cause: '',
          marked: false,
          attemptsSeen: 0,
          projected: false,
          outcome: '',
        } as const;
        next.runs.push({ payload, replay, message: id, at, ...nothing });
      });
    const show = (next: State): void => {
      const message = next.queue[index];
      if (message) message.visible = true;
    };
    if (!visible && !state.runs.some(({ message }) => message === id))
      offers.step(`visibility of ${what} runs out`, show);
    else if (!visible) offers.fault(`visibility of ${what} runs out while its run goes on`, show);
    if (movedBySqs && visible && received)
      offers.fault(`SQS moves ${what} to the dead letters, after its last receive`, (next) => {
        next.queue.splice(index, 1);
        next.letters.push({ payload, replay, cause: 'moved-by-sqs', recorded: false, outcome: '' });
      });
    if (visible && !received)
      offers.fault(`SQS holds a second copy of ${what}`, (next) => send(next, { payload, replay }));
  });
}
