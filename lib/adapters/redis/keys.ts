import type { ProjectionKeyName } from '../../ports/generations.ts';

/**
 * Every Redis key. What one script touches carries one hash tag, so that it lies in one slot of a cluster
 * (protocol: one-slot).
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export const claimKey = (eventKey: string): string => `{${eventKey}}:claim`;

export const outcomeKey = (eventKey: string): string => `{${eventKey}}:outcome`;

export const settledKey = (eventKey: string): string => `{${eventKey}}:settled`;

export const settledChannel = (eventKey: string): string => `{${eventKey}}:settled`;

export const waitKey = (eventKey: string): string => `{${eventKey}}:next`;

export const voidMarkKey = (eventKey: string, run: string): string => `{${eventKey}}:void:${run}`;

export const rateKey = (tenant: string): string => `{${tenant}}:rate`;

export const tenantSlotsKey = (tenant: string): string => `{${tenant}}:waiting`;

/** No tenant is named `*`. */
export const allSlotsKey = '{*}:waiting';

/** What a ping writes, for some seconds. */
export const pingKey = '{*}:ping';

const projectionTag = (tenant: string, projection: string): string => `{${tenant}:${projection}}`;

/** `current` or `current,coming`: the key generations of a projection; absent means `0`. */
export const generationsKey = (tenant: string, projection: string): string =>
  `${projectionTag(tenant, projection)}:generations`;

export const guardKey = (tenant: string, projection: string, generation: string, eventKey: string): string =>
  `${projectionTag(tenant, projection)}:${generation}:guard:${eventKey}`;

export const projectionKey = (tenant: string, projection: string, generation: string, key: string): string =>
  `${projectionTag(tenant, projection)}:${generation}:key:${key}`;

const PROJECTION_KEY =
  /^\{(?<tenant>[a-z0-9-]+):(?<projection>[a-z0-9.-]+)\}:(?<generation>[a-z0-9-]+):(?<use>guard|key):(?<name>.*)$/s;

/** Takes apart what guardKey or projectionKey made. @returns undefined for any other key */
export function parseProjectionKey(key: string): ProjectionKeyName | undefined {
  const { tenant, projection, generation, use, name } = PROJECTION_KEY.exec(key)?.groups ?? {};
  if (!tenant || !projection || !generation || name === undefined) return undefined;
  return { tenant, projection, generation, use: use === 'guard' ? 'guard' : 'key', name };
}

const DERIVED_KEY = /^\{[^{}]+\}:(claim|outcome|settled|rate|waiting|generations|ping)$/;

/** Whether a key is one of ours that others can make anew: every one but those that void start marks. */
export const isDerived = (key: string): boolean => DERIVED_KEY.test(key) || parseProjectionKey(key) !== undefined;

/** Matches, for SCAN, every key of projections, or of those with one name, whatever the tenant; others may match too. */
export const projectionPattern = (projection?: string): string => `{*:${projection ?? '*'}}:*`;

/** The key that parseProjectionKey took apart. */
export const sameKey = ({ tenant, projection, generation, use, name }: ProjectionKeyName): string =>
  (use === 'guard' ? guardKey : projectionKey)(tenant, projection, generation, name);
