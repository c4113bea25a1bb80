/**
 * Every Redis key. What one script touches carries one hash tag, so that it lies in one slot of a cluster.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export const claimKey = (eventKey: string): string => `{${eventKey}}:claim`;
export const outcomeKey = (eventKey: string): string => `{${eventKey}}:outcome`;
export const settledKey = (eventKey: string): string => `{${eventKey}}:settled`;
export const settledChannel = (eventKey: string): string => `{${eventKey}}:settled`;
export const voidMarkKey = (eventKey: string, run: string): string => `{${eventKey}}:void:${run}`;

export const rateKey = (tenant: string): string => `{${tenant}}:rate`;
export const tenantSlotsKey = (tenant: string): string => `{${tenant}}:waiting`;
/** No tenant is named `*`. */
export const allSlotsKey = '{*}:waiting';

const projectionTag = (tenant: string, projection: string): string => `{${tenant}:${projection}}`;
/** `current` or `current,coming`: the key generations of a projection; absent means `0`. */
export const generationsKey = (tenant: string, projection: string): string =>
  `${projectionTag(tenant, projection)}:generations`;
export const guardKey = (tenant: string, projection: string, generation: string, eventKey: string): string =>
  `${projectionTag(tenant, projection)}:${generation}:guard:${eventKey}`;
export const projectionKey = (tenant: string, projection: string, generation: string, key: string): string =>
  `${projectionTag(tenant, projection)}:${generation}:key:${key}`;
