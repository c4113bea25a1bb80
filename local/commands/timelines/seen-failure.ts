import { z } from 'zod';
import type { Caller } from '../../stack/caller.ts';

const failure = z.object({ cause: z.string(), code: z.string() });

/**
 * What failed as a timeline tells it. The failure is discarded: it was meant, and nobody shall look after it.
 * @throws Error where it is not to be read or discarded
 */
export async function failureOf(caller: Caller, id: string): Promise<z.output<typeof failure>> {
  const response = await caller.fetch(`/failures/${id}`);
  if (!response.ok) throw new Error(`GET /failures/${id} answered ${response.status}`);
  const found = failure.parse(await response.json());
  const discarded = await caller.post(`/failures/${id}/discard`, { reason: 'a timeline, in which it fails' });
  if (!discarded.ok) throw new Error(`POST /failures/${id}/discard answered ${discarded.status}`);
  return found;
}
