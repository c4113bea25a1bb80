import * as z from 'zod';
import type { Identity } from './identity.ts';
import { keyName, rate, sourceList, tenantName, typeList, waits } from './key-entry.ts';
import { type Scope, scopes } from './scopes.ts';

/** What a value of an authorizer's context may hold: JSON in it breaks a verdict that the gateway remembers. */
const flat = z.string().regex(/^[A-Za-z0-9 ._:-]*$/);

const bounds = z.strictObject({
  types: typeList.exactOptional(),
  sources: sourceList.exactOptional(),
  rate: rate.exactOptional(),
  tenantRate: rate.exactOptional(),
  waits: waits.exactOptional(),
});

/** Unknown members are refused: one may be a bound that newer code means, and this does not keep. */
const context = z.strictObject({
  tenant: tenantName,
  keyId: flat.min(1).max(64),
  keyName,
  scopes: flat.transform((text, { addIssue }): Scope[] => {
    const named = text === '' ? [] : text.split(' ');
    const known = named.filter(isScope);
    if (known.length < named.length) addIssue('has an unknown scope');
    return known;
  }),
  expires: z.iso.datetime({ precision: 3 }).exactOptional(),
  /** base64url of JSON. */
  bounds: flat.max(32_768).transform(opened).pipe(bounds).exactOptional(),
});

/** An identity as the authorizer tells it to the gateway: flat texts of `[A-Za-z0-9 ._:-]`. */
export function contextOf({ tenant, key, scopes, expires, ...given }: Identity): Record<string, string> {
  const { types, sources, rate, tenantRate, waits } = given;
  const bounded = Object.entries({ types, sources, rate, tenantRate, waits }).filter(
    ([, bound]) => bound !== undefined,
  );
  return {
    tenant,
    keyId: key.id,
    keyName: key.name,
    scopes: scopes.join(' '),
    ...(expires !== undefined && { expires }),
    ...(bounded.length > 0 && {
      bounds: Buffer.from(JSON.stringify(Object.fromEntries(bounded))).toString('base64url'),
    }),
  };
}

/** The identity in what the gateway hands on. @returns undefined for anything that `contextOf` does not make */
export function identityIn(handedOn: unknown): Identity | undefined {
  const parsed = context.safeParse(handedOn);
  if (!parsed.success) return undefined;
  const { keyId: id, keyName: name, bounds = {}, ...others } = parsed.data;
  return { ...others, ...bounds, key: { id, name } };
}

const isScope = (name: string): name is Scope => scopes.some((scope) => scope === name);

/** Node reads base64url leniently, so what it read is written again and compared. */
function opened(text: string, { addIssue }: { addIssue(issue: string): void }): unknown {
  const bytes = Buffer.from(text, 'base64url');
  try {
    if (bytes.toString('base64url') === text) return JSON.parse(bytes.toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  addIssue('is no base64url of JSON');
  return z.NEVER;
}
