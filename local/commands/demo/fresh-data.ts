import { randomUUID } from 'node:crypto';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { changedTexts } from '../changed-texts.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const email = /^[^@\s]+(?=@[^@\s]+$)/;

/**
 * The example of a type as data of another occurrence: other UUIDs, the same one for the same one, and other names in e-mail addresses,
 * so that it does not meet the example in a unique index. Where that is no valid data, it is the example as it stands.
 */
export function freshData({ data, example }: Pick<EventDefinition, 'data' | 'example'>): unknown {
  const ids = new Map<string, string>();
  const other = (id: string): string => {
    const known = ids.get(id) ?? randomUUID();
    ids.set(id, known);
    return known;
  };
  const fresh = changedTexts(example, (text) => text.replace(uuid, other).replace(email, () => `demo.${randomUUID()}`));
  return data.safeParse(fresh).success ? fresh : example;
}
