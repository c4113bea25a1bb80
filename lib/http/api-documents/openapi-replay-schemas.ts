import { attributeForms } from '../../core/attribute-forms.ts';
import { failureCauses, failureStates } from '../../core/failure.ts';
import { DEFAULT_RATE, LONGEST_TEXT, MAX_RATE, MOST_IDS, SAMPLES } from '../replay-limits.ts';
import type { Schema } from './embed.ts';
import { schemaOfForm } from './openapi-attributes.ts';
import { count, filledText, object, page, self, text, time, whose } from './openapi-schema-parts.ts';

const rate = {
  type: 'integer',
  minimum: 1,
  maximum: MAX_RATE,
  default: DEFAULT_RATE,
  description: 'Failures a second, at most',
} as const;
const part = filledText(LONGEST_TEXT);
const moment = schemaOfForm(attributeForms.time);
const list = (items: Schema, maxItems: number): Schema => ({ type: 'array', minItems: 1, maxItems, items });
const filter = object(
  {
    type: part,
    cause: { enum: failureCauses },
    code: part,
    group: part,
    status: list({ enum: failureStates }, failureStates.length),
    source: part,
    since: moment,
    until: moment,
    ids: list(part, MOST_IDS),
  },
  [],
  { additionalProperties: false, description: 'Which failures; `{}` is all that are open or failed again' },
);
const outcomes = ['succeeded', 'rejected', 'expired', 'failedAgain', 'waiting'];

/** Replays of many failures. */
export const replaySchemas: Readonly<Record<string, Schema>> = {
  ReplayRequest: object({ filter, dryRun: { type: 'boolean', default: false }, rate }, ['filter'], {
    additionalProperties: false,
  }),
  ReplayDryRun: object(
    {
      matched: count,
      samples: {
        type: 'array',
        maxItems: SAMPLES,
        items: object({ id: text, data: { description: 'Left out once they are over 1 MB together' } }, ['id']),
      },
    },
    ['matched', 'samples'],
  ),
  Replay: object(
    {
      id: text,
      tenant: whose,
      kind: { enum: ['replay'] },
      state: { enum: ['running', 'done', 'cancelled'] },
      filter,
      rate,
      by: object({ key: text, name: text }, ['key', 'name']),
      createdtime: time,
      matched: { ...count, description: 'How many there were when it began' },
      done: { ...count, description: 'How many SQS holds: the sum of the outcomes' },
      passedOver: { ...count, description: 'Those that may not be replayed, or that others replayed' },
      outcomes: object(Object.fromEntries(outcomes.map((name) => [name, count])), outcomes),
      links: self,
    },
    ['id', 'kind', 'state', 'filter', 'rate', 'createdtime', 'matched', 'done', 'passedOver', 'outcomes', 'links'],
  ),
  ReplayPage: page('Replay'),
};
