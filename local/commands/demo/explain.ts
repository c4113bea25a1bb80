import type { Observed } from './drive.ts';
import { type Column, columns } from './tally.ts';

/** Why an event was refused, by the code of the problem. */
const refusals: Readonly<Record<string, string>> = {
  'invalid-data': 'with data that its schema refuses',
  'unknown-type': 'of a type that is not declared, on purpose',
  'id-reused': 'under an id that another event has',
};

/** What each column of the table counts. */
const meanings: Readonly<Record<Column, string>> = {
  accepted: 'taken in: a queue holds it',
  duplicate: 'sent again, as a client does that got no answer; known by its id, and done once',
  refused: 'refused at the door',
  succeeded: 'its effect is in MongoDB',
  rejected: 'the handler said no, and nothing that it wrote stays',
  failed: 'nobody could process it as it is; GET /failures has it until a person mends it',
  retrying: 'its handler asked to be run again, which goes on',
};

/** One line for each column of which there is something, with what it is made of. */
export function explained(run: Observed): string[] {
  const counted = Map.groupBy(countedIn(run), ({ column }) => column);
  return columns.flatMap((column) => {
    const found = counted.get(column);
    if (!found) return [];
    const words = [...Map.groupBy(found, ({ word }) => word)].flatMap(([word, { length }]) =>
      word === undefined ? [] : [{ word, length }],
    );
    const made = words.toSorted((a, b) => b.length - a.length).map(({ word, length }) => `${length} ${word}`);
    return [`${column.padEnd(9)}  ${[meanings[column], made.join(', ')].filter((text) => text !== '').join(': ')}`];
  });
}

/** Every count of the table, and what it is about. */
const countedIn = ({ seen, outcomes }: Observed): { column: Column; word?: string | undefined }[] =>
  seen.flatMap(({ planned, answer, code = '' }) => {
    const outcome = answer === 'accepted' ? outcomes.get(planned.event.id) : undefined;
    const column = columns.find((one) => one === outcome?.status && one !== 'accepted');
    const door = { column: answer, word: answer === 'refused' ? (refusals[code] ?? code) : undefined };
    // A reason may go on with what it is about: `out-of-stock:desk-lamp`.
    return column ? [door, { column, word: outcome?.reason?.split(':')[0] }] : [door];
  });
