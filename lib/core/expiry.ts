import { epochMilliseconds } from './rfc3339.ts';

/**
 * Whether an event is past its `expirytime` (cloudevents/spec, extensions/expirytime.md). One that is no timestamp, which no door of
 * ours lets in, is none.
 * @param extensions attributes of the event
 * @param now milliseconds since the epoch
 */
export function hasExpired({ expirytime }: Readonly<Record<string, unknown>>, now: number): boolean {
  const end = typeof expirytime === 'string' ? epochMilliseconds(expirytime) : undefined;
  return end !== undefined && end <= now;
}
