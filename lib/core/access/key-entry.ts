import * as z from 'zod';
import { attributeForms } from '../attribute-forms.ts';
import { DATE_TIME } from '../date-time-pattern.ts';
import { toMilliseconds } from '../rfc3339.ts';
import { uriReferencePattern } from '../uri.ts';
import { type Scope, scopes } from './scopes.ts';

/** A second; what is left out has no limit. */
export interface Rate {
  readonly requests?: number;
  readonly events?: number;
  readonly bytes?: number;
}

/** What a key may do, where, until when and how fast. What is left out is no bound, which is more than any. */
export interface Grants {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly types?: readonly string[];
  readonly sources?: readonly string[];
  readonly rate?: Rate;
  /** RFC 3339 in UTC, with milliseconds; so are all times here. */
  readonly expires?: string;
}

/** The events that a key may have to do with; what is left out binds nothing. */
export type Bounds = Pick<Grants, 'types' | 'sources'>;

/** Who did something: the id and the name of a key. */
export interface By {
  readonly key: string;
  readonly name: string;
}

/** A key as its tenant sees it (docs/http.md). */
export interface KeyEntry extends Grants {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly createdtime: string;
  readonly by: By;
  readonly lastUsed?: string;
  readonly revoked?: string;
  /** When its end holds everywhere. */
  readonly effectiveBy?: string;
}

/** A key as it is kept. At most two texts open it: the newest, and until its end the one before. */
export interface StoredKey extends KeyEntry {
  /** Of the newest text (lib/core/access/api-key.ts). */
  readonly hash: string;
  readonly before?: { readonly hash: string; readonly last4: string; readonly ends: string };
  /**
   * There from a rotation until Redis holds it: hashes of texts that have ended, of which Redis may not have heard. The
   * newest text was in no answer that is complete then.
   */
  readonly unheard?: readonly string[];
  /** Grows with each change (lib/core/access/revision.ts); absent: 0. */
  readonly revision?: number;
}

/** What an operator has said of a tenant. */
export interface TenantEntry {
  readonly tenant: string;
  readonly rate?: Rate;
  /** Requests that may wait at a time. */
  readonly waits?: number;
  readonly disabled?: boolean;
}

/** A tenant as it is kept. */
export interface StoredTenant extends TenantEntry {
  /** As that of a key. */
  readonly revision?: number;
}

/** The end of a rotation's overlap, in seconds. */
export const DEFAULT_OVERLAP = 86_400;
const MAX_OVERLAP = 2_592_000;
/** A burst is ten seconds' worth: with less, the largest request (4,194,304 bytes) would never pass. */
const LEAST_BYTES = 419_431;
const MAX_RATE = 1_000_000_000;

const aSecond = (least: number) => z.int().min(least).max(MAX_RATE).exactOptional();

export const rate = z.strictObject({ requests: aSecond(1), events: aSecond(1), bytes: aSecond(LEAST_BYTES) });

/** Of a key; in the authorizer's context it must stand as it is (lib/core/access/identity-context.ts). */
export const keyName = z.string().regex(/^[A-Za-z0-9 ._:-]{1,64}$/, 'must be 1 to 64 of [A-Za-z0-9 ._:-]');

/** Of any stage. */
export const TENANT_NAME = '[a-z0-9-]{1,64}';
export const tenantName = z.string().regex(new RegExp(`^${TENANT_NAME}$`), `must be ${TENANT_NAME}`);

/**
 * A tenant that keys of a stage may be of. `*` stands for all tenants and is none anywhere; `local` is whoever calls a
 * stage that asks for no key, and is none where keys are asked for.
 */
export const tenantOf = (stage: string) =>
  tenantName.refine((name) => name !== 'local' || stage === 'local', 'is reserved');

const distinct = <Item extends z.ZodString | z.ZodEnum>(item: Item, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .refine((items) => new Set(items).size === items.length, 'has one twice')
    .meta({ uniqueItems: true });

export const scopeList = distinct(z.enum(scopes), scopes.length);
export const typeList = distinct(
  z
    .string()
    .max(80)
    .regex(/^[a-z][a-z0-9]*(\.[a-z0-9]+)+$/, 'must be the name of an event type'),
  50,
);
const source = z.string().min(1).max(attributeForms.source.maxLength);
export const sourceList = distinct(source, 20);
/** Of a new key, which is for what the door lets in. */
const newSources = distinct(source.regex(new RegExp(uriReferencePattern), 'must be a URI reference'), 20);

const time = z
  .string()
  .max(attributeForms.time.maxLength)
  .meta({ format: 'date-time', pattern: DATE_TIME })
  .transform((text, { addIssue }) => {
    const read = toMilliseconds(text);
    if (read === undefined) addIssue('must be a timestamp of RFC 3339');
    return read ?? z.NEVER;
  });

/** The body of `POST /keys`; `expires` comes out in UTC. */
export const newKey = (stage: string) =>
  z.strictObject({
    name: keyName,
    scopes: scopeList,
    types: typeList.exactOptional(),
    sources: newSources.exactOptional(),
    expires: time.exactOptional(),
    rate: rate.exactOptional(),
    tenant: tenantOf(stage).exactOptional(),
  });
export type NewKey = z.output<ReturnType<typeof newKey>>;

/** The body of `POST /keys/{id}/rotate`. */
export const rotation = z.strictObject({
  overlap: z.int().min(0).max(MAX_OVERLAP).default(DEFAULT_OVERLAP).meta({ description: 'Seconds' }),
});

export const waits = z.int().min(0).max(10_000);

/** The body of `PUT /tenants/{tenant}`: the whole entry but its name. */
export const tenantBody = z.strictObject({
  rate: rate.exactOptional(),
  waits: waits.exactOptional(),
  disabled: z.boolean().exactOptional(),
});
