import type { Offers } from '../checker/offers.ts';
import { send } from './record.ts';
import type { Actor, Options, State } from './state.ts';

/** SQS delivers at least once: a message that is not acknowledged comes again, at times while its run goes on. */
export function queueActions({ runs }: Options, state: State, offers: Offers<State, Actor>): void {
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
        next.runs.push({ payload, replay, message: id, at, doomed: false, cause: '', outcome: '' });
      });
    const show = (next: State): void => {
      const message = next.queue[index];
      if (message) message.visible = true;
    };
    if (!visible && !state.runs.some(({ message }) => message === id))
      offers.step(`visibility of ${what} runs out`, show);
    else if (!visible) offers.fault(`visibility of ${what} runs out while its run goes on`, show);
    if (visible && !received)
      offers.fault(`SQS holds a second copy of ${what}`, (next) => send(next, { payload, replay }));
  });
}
