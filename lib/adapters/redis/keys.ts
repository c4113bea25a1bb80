import type { ProjectionKeyName } from '../../ports/generations.ts';

/**
 * Every Redis key and channel of one stage. What one script touches carries one hash tag, so that it lies in one slot of
 * a cluster (protocol: one-slot).
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export interface RedisKeys {
  claimKey(eventKey: string): string;
  outcomeKey(eventKey: string): string;
  settledKey(eventKey: string): string;
  settledChannel(eventKey: string): string;
  waitKey(eventKey: string): string;
  voidMarkKey(eventKey: string, run: string): string;
  /** @param bucket which one of a caller, or a tenant's */
  rateKey(tenant: string, bucket: string): string;
  tenantSlotsKey(tenant: string): string;
  keySlotsKey(tenant: string, key: string): string;
  readonly allSlotsKey: string;
  /** The copy of a key. @param of the hash of a text that opens it, or its id */
  copyKey(of: string): string;
  /** That a text opens no key any more. */
  endedKey(hash: string): string;
  disabledKey(tenant: string): string;
  /** The newest revision of a tenant that was heard of. */
  heardKey(tenant: string): string;
  /** What a ping writes, for some seconds. */
  readonly pingKey: string;
  /** `current` or `current,coming`: the key generations of a projection; absent means `0`. */
  generationsKey(tenant: string, projection: string): string;
  guardKey(tenant: string, projection: string, generation: string, eventKey: string): string;
  projectionKey(tenant: string, projection: string, generation: string, key: string): string;
  /** Takes apart what guardKey or projectionKey made. @returns undefined for any other key, also of another stage */
  parseProjectionKey(key: string): ProjectionKeyName | undefined;
  /** The key that parseProjectionKey took apart. */
  sameKey(name: ProjectionKeyName): string;
  /** Whether a key is one of this stage's that others can make anew: all but those that void start marks, and marks of access that ended. */
  isDerived(key: string): boolean;
  /** Matches, for SCAN, every key of this stage. */
  readonly pattern: string;
  /** Matches, for SCAN, every key of projections, or of those with one name, whatever the tenant; others may match too. */
  projectionPattern(projection?: string): string;
}

const PROJECTION_KEY =
  /^(?<tenant>[a-z0-9-]+):(?<projection>[a-z0-9.-]+)\}:(?<generation>[a-z0-9-]+):(?<use>guard|key):(?<name>.*)$/s;
const DERIVED_KEY = /^[^{}]+\}:(claim|outcome|settled|next|waiting|generations|ping|copy|[^{}]+:(rate|waiting))$/;

/**
 * The keys of a stage (protocol: one-stage).
 * @param space `<service>:<stage>`; neither service nor stage has a character of a glob
 */
export function keysIn(space: string): RedisKeys {
  const begin = `{${space}:`;
  const under = (tag: string, rest: string): string => `${begin}${tag}}:${rest}`;
  const ofProjection = (tenant: string, projection: string, rest: string): string =>
    under(`${tenant}:${projection}`, rest);
  const ofUse = ({ tenant, projection, generation, use, name }: ProjectionKeyName): string =>
    ofProjection(tenant, projection, `${generation}:${use}:${name}`);
  const restOf = (key: string): string => (key.startsWith(begin) ? key.slice(begin.length) : '');
  const parseProjectionKey = (key: string): ProjectionKeyName | undefined => {
    const { tenant, projection, generation, use, name } = PROJECTION_KEY.exec(restOf(key))?.groups ?? {};
    if (!tenant || !projection || !generation || name === undefined) return undefined;
    return { tenant, projection, generation, use: use === 'guard' ? 'guard' : 'key', name };
  };
  return {
    claimKey: (eventKey) => under(eventKey, 'claim'),
    outcomeKey: (eventKey) => under(eventKey, 'outcome'),
    settledKey: (eventKey) => under(eventKey, 'settled'),
    settledChannel: (eventKey) => under(eventKey, 'settled'),
    waitKey: (eventKey) => under(eventKey, 'next'),
    voidMarkKey: (eventKey, run) => under(eventKey, `void:${run}`),
    rateKey: (tenant, bucket) => under(tenant, `${bucket}:rate`),
    tenantSlotsKey: (tenant) => under(tenant, 'waiting'),
    keySlotsKey: (tenant, key) => under(tenant, `${key}:waiting`),
    // No tenant is named `*`.
    allSlotsKey: under('*', 'waiting'),
    copyKey: (of) => under(of, 'copy'),
    endedKey: (hash) => under(hash, 'ended'),
    disabledKey: (tenant) => under(tenant, 'disabled'),
    heardKey: (tenant) => under(tenant, 'heard'),
    pingKey: under('*', 'ping'),
    generationsKey: (tenant, projection) => ofProjection(tenant, projection, 'generations'),
    guardKey: (tenant, projection, generation, name) => ofUse({ tenant, projection, generation, use: 'guard', name }),
    projectionKey: (tenant, projection, generation, name) =>
      ofUse({ tenant, projection, generation, use: 'key', name }),
    parseProjectionKey,
    sameKey: ofUse,
    isDerived: (key) => DERIVED_KEY.test(restOf(key)) || parseProjectionKey(key) !== undefined,
    pattern: `${begin}*}:*`,
    projectionPattern: (projection = '*') => `${begin}*:${projection}}:*`,
  };
}
