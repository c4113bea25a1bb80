import { defaultSource } from './access/identity.ts';

/**
 * Where an event is to be found. API Gateway decodes paths, so an id with other characters than `[A-Za-z0-9._:@-]` fits only in a query.
 * @returns a path with query, ASCII only
 */
export function eventLink(tenant: string, { id, source }: { id: string; source: string }): string {
  const plain = /^[A-Za-z0-9._:@-]+$/.test(id);
  const query = [
    ...(plain ? [] : [`id=${encodeURIComponent(id)}`]),
    ...(source === defaultSource(tenant) ? [] : [`source=${encodeURIComponent(source)}`]),
  ];
  return `/events/${plain ? id : '~'}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

export const replayLink = (id: string): string => `/replays/${encodeURIComponent(id)}`;

export const failureLink = (id: string): string => `/failures/${encodeURIComponent(id)}`;
