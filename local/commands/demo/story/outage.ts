import { setTimeout as wait } from 'node:timers/promises';
import { freshEvents, notShown, type Played, prove, type Stage, sendAll } from './stage.ts';

const EVENTS = 20;
const AWAY_MS = 3000;
/** By then it is away, or it is known that it cannot be. */
const BEGUN_MS = 200;
const TITLE = 'MongoDB is away';

/** Nothing reaches MongoDB for three seconds; meanwhile clients go on sending. */
export async function outage(stage: Stage): Promise<Played> {
  const { signal } = stage;
  const before = await stage.effects.read();
  const back = stage.stack.keepMongoAway(AWAY_MS);
  const begun = await Promise.race([back, wait(BEGUN_MS, true, { signal })]);
  if (!begun) return notShown(TITLE, 'MongoDB is a server that was named, which is not for the demo to cut off');
  const sent = freshEvents(EVENTS, stage);
  const started = performance.now();
  const seen = await sendAll(sent, stage);
  const accepted = seen.filter(({ answer }) => answer === 'accepted').length;
  const acceptedMs = Math.round(performance.now() - started);
  await back;
  const returned = performance.now();
  const { proof, differences, found } = await prove(sent, before, stage);
  const seconds = Math.round((performance.now() - returned) / 100) / 10;
  // An error that meets a MongoDB which is back by then is an attempt (protocol: no-attempt-for-an-outage).
  const errors = [...found.values()].flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'error'));
  const counted = errors.length === 0 ? 'no attempt was' : `${errors.length} attempts, cut off as it came back, were`;
  return {
    act: {
      title: `${TITLE} for ${AWAY_MS / 1000} s`,
      happened: `Meanwhile ${accepted} of ${sent.length} events were accepted, in ${acceptedMs} ms. ${seconds} s after it was back all of them were settled; ${counted} counted against them, and none failed.`,
      proof,
      differences,
    },
    seen,
    effective: sent,
  };
}
