import { randomUUID } from 'node:crypto';
import { MEETING, ORDINARY, TOGETHER } from './event-folder.ts';

/** What a client sends, as text: Sluice's ingest takes it, and a peer finds the same in its queue. */
const event = (type: string, data: object): string =>
  JSON.stringify({ type, id: randomUUID(), time: new Date().toISOString(), data });

/** Of the ordinary handler: each makes a document of its own. @param fails whether its handler throws */
export function ordinary(type: string = ORDINARY, fails = false): string {
  const entry = randomUUID();
  return event(type, {
    entry,
    address: `${entry}@example.com`,
    name: 'Somebody with a name',
    language: 'en-GB',
    consent: true,
    ...(fails && { fails }),
  });
}

/** Lines of the event that has the size of the requests in the rows of ingest: 770 bytes. */
const LINES_OF_770_BYTES = 17;

export const partName = (number: number): string => `part-${number}`;

/** Takes so many different parts of those that there are, whichever. */
export const meeting = (parts: number, lines = 2): string => {
  const first = Math.floor(Math.random() * parts);
  const step = 1 + Math.floor(Math.random() * (parts / lines - 1));
  return event(MEETING, {
    taking: randomUUID(),
    by: randomUUID(),
    unit: 'EUR',
    lines: Array.from({ length: lines }, (_, line) => ({
      part: partName((first + line * step) % parts),
      pieces: 1 + line,
    })),
  });
};

/** The same with as many lines as make about 770 bytes of it. */
export const of770Bytes = (): string => meeting(2000, LINES_OF_770_BYTES);

const SERIES = 20;
/** One of many that become few documents. */
export const together = (): string =>
  event(TOGETHER, {
    series: `series/${Math.floor(Math.random() * SERIES)}`,
    probe: `probe-${randomUUID().slice(0, 8)}`,
  });

/** So many batches of so many. */
export const batches = (count: number, size: number, make: () => string): string[][] =>
  Array.from({ length: count }, () => Array.from({ length: size }, make));
