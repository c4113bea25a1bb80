import { randomBytes } from 'node:crypto';
import { revokeKey, rotateKey } from '../../../lib/access/end-key.ts';
import type { EndPorts } from '../../../lib/access/ends.ts';
import type { KeyPorts } from '../../../lib/access/make-key.ts';
import { changeTenant } from '../../../lib/access/tenants.ts';
import { makeApiKey } from '../../../lib/core/access/api-key.ts';
import type { StoredKey } from '../../../lib/core/access/key-entry.ts';
import { aChange, anEntry } from '../a-change.ts';
import { storedKey } from '../stored-key.ts';
import { type Expected, SCOPES } from './expected.ts';

/** What a request is answered: by whom, and with which code where it is a problem of ours. */
export interface Answer {
  status: number;
  /** `gateway` where it says so in its own words. */
  code?: string;
}

/** Somebody who sends requests. */
export interface Caller {
  name: string;
  /** The value of Authorization; absent: none is sent. */
  authorization?: string;
  /** Behind the path. */
  query?: string;
  /** What docs/http.md section 5 says that it is answered. */
  answer(route: Expected): Answer;
  /** Whether it may ask for that route at all, so that something may be done. */
  opens(route: Expected): boolean;
}

const OWN_SCOPES = SCOPES.filter((scope) => scope !== 'operator');
const unauthorized: Answer = { status: 401, code: 'gateway' };
const forbidden: Answer = { status: 403, code: 'gateway' };
const missing: Answer = { status: 403, code: 'scope-missing' };
const strange: Answer = { status: 400, code: 'invalid-parameter' };

const isOpen = ({ scope }: Expected): boolean => scope === 'any key' || scope === 'anyone';
const ok = ({ ok: status }: Expected): Answer => ({ status });
const notTheirs = ({ ok: status, strangers }: Expected): Answer => ({ status: strangers ?? status });

/** One that opens nothing: whatever is wrong with it, the gateway's answer is the same. */
const nobody = (name: string, authorization: string | undefined, answer: Answer): Caller => ({
  name,
  ...(authorization !== undefined && { authorization }),
  answer: (route) => (route.scope === 'anyone' ? ok(route) : answer),
  opens: ({ scope }) => scope === 'anyone',
});

/** A key with these scopes. @param answered where they suffice */
const somebody = (
  name: string,
  text: string,
  scopes: readonly string[],
  answered: (route: Expected) => Answer = ok,
  query = '',
): Caller => {
  const opens = (route: Expected) => isOpen(route) || scopes.includes('operator') || scopes.includes(route.scope);
  return {
    ...{ name, authorization: `Bearer ${text}`, query, opens },
    answer: (route) => (opens(route) ? answered(route) : missing),
  };
};

/**
 * One of each kind of caller there is, made in the stores of a stage.
 * @param tenant whose things the requests name
 * @returns of those that shall not open anything all the texts, too
 */
export async function makeCallers(tenant: string, ports: KeyPorts & EndPorts): Promise<Caller[]> {
  const { keys, stage } = ports;
  const add = async (fields: Partial<StoredKey> = {}) => {
    const { text, key } = storedKey({ tenant, scopes: OWN_SCOPES, ...fields }, stage);
    await keys.create({ key, audit: { ...anEntry, tenant: key.tenant, action: 'key.created', subject: key.id } });
    return { text, id: key.id };
  };
  const asked = (id: string) => ({
    ...({ ...aChange, of: 'all tenants', id, caller: { tenant, scopes: ['operator'] } } as const),
  });

  const full = await add();
  const revoked = await add();
  await revokeKey(asked(revoked.id), ports);
  const turned = await add();
  const { text: newer } = await rotateKey({ ...asked(turned.id), overlap: 3600 }, ports);
  const over = await add();
  const { text: newest } = await rotateKey({ ...asked(over.id), overlap: 0 }, ports);
  const closed = await add({ tenant: 'closed' });
  await changeTenant({ tenant: 'closed', disabled: true }, aChange, ports);
  const [stranger, operator, away] = await Promise.all([
    add({ tenant: 'strangers' }),
    add({ scopes: ['operator'] }),
    add({ tenant: 'operators', scopes: ['operator'] }),
  ]);
  const single = await Promise.all(
    SCOPES.map(async (scope) => somebody(`${scope} alone`, (await add({ scopes: [scope] })).text, [scope])),
  );
  const wrongEnd = full.text.endsWith('0') ? '1' : '0';

  return [
    nobody('no key', undefined, unauthorized),
    nobody('an empty one', '', unauthorized),
    nobody('a malformed one', `Bearer slc_${stage}_0123`, forbidden),
    nobody('a wrong checksum', `Bearer ${full.text.slice(0, -1)}${wrongEnd}`, forbidden),
    nobody('one of another stage', `Bearer ${makeApiKey('elsewhere', randomBytes)}`, forbidden),
    nobody('one that nobody knows', `Bearer ${makeApiKey(stage, randomBytes)}`, forbidden),
    nobody(
      'an expired one',
      `Bearer ${(await add({ expires: new Date(Date.now() - 1).toISOString() })).text}`,
      forbidden,
    ),
    nobody('a revoked one', `Bearer ${revoked.text}`, forbidden),
    nobody('one before a rotation that is over', `Bearer ${over.text}`, forbidden),
    nobody('one of a disabled tenant', `Bearer ${closed.text}`, forbidden),
    nobody('another scheme', `Basic ${Buffer.from(`${full.text}:`).toString('base64')}`, forbidden),
    nobody('a key without a scheme', full.text, forbidden),
    somebody('one before a rotation, during the overlap', turned.text, OWN_SCOPES),
    somebody('the one after that', newer, OWN_SCOPES),
    somebody('the one after a rotation without overlap', newest, OWN_SCOPES),
    ...single,
    somebody('another tenant', stranger.text, OWN_SCOPES, notTheirs),
    somebody('an operator', operator.text, ['operator']),
    somebody('an operator of another tenant', away.text, ['operator'], notTheirs),
    somebody(
      ...(['an operator of another tenant who names it', away.text, ['operator']] as const),
      (route) => (route.takesTenant ? ok(route) : strange),
      `?tenant=${tenant}`,
    ),
    {
      ...somebody('a key that names its tenant', full.text, OWN_SCOPES, () => strange, `?tenant=${tenant}`),
      opens: () => false,
    },
  ];
}
