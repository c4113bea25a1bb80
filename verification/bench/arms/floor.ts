import { z } from 'zod';
import { schemaOf } from '../peers/schemas.ts';
import { envelope } from '../peers/stores.ts';
import { bodyOf } from './ingest.ts';
import type { Open } from './opened.ts';

export const open: Open = async ({ type }) => {
  const event = envelope.extend({ data: await schemaOf(type) });
  const events = z.array(event);
  let bodies: string[] = [];
  let made = 0;
  return {
    async prepare(work) {
      bodies = work.map(bodyOf);
    },
    async turn() {
      let done = 0;
      for (const body of bodies.splice(0)) {
        const json: unknown = JSON.parse(body);
        for (const one of Array.isArray(json) ? events.parse(json) : [event.parse(json)]) {
          // Counted, so that no compiler leaves it out.
          made += JSON.stringify(one).length;
          done++;
        }
      }
      if (made === 0) throw new Error('no message was made');
      return done;
    },
  };
};
