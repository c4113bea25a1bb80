import { getAudit } from '../../lib/http/get-audit.ts';
import { type Handlers, httpFunction } from '../../lib/http/http-function.ts';
import { keyHandlers } from '../../lib/http/keys.ts';
import { tenantHandlers } from '../../lib/http/tenants.ts';
import { keys as declared } from '../../lib/wiring/functions/keys.ts';
import { type Answered, call, keyOf, type Sent } from './api-gateway.ts';
import { fakeClock } from './fake-clock.ts';
import { silentLog } from './log.ts';
import { memoryAudit } from './memory-audit.ts';
import { memoryApiKeys, memoryKeyCopies } from './memory-keys.ts';

export interface KeysWorldOptions {
  stage?: string;
  /** Every id is that of a key. */
  anyId?: boolean;
}

/** The function of keys, tenants and audit, on ports in memory. */
export function keysWorld({ stage = 'dev', anyId = false }: KeysWorldOptions = {}) {
  const clock = fakeClock();
  const keys = memoryApiKeys();
  const copies = memoryKeyCopies(clock);
  let made = 0;
  const ports = {
    ...{ keys: anyId ? withAnyId(keys) : keys, copies, clock, log: silentLog, stage, rememberedMs: 60_000 },
    randomBytes: (size: number) => new Uint8Array(size).fill(made++),
  };
  const audit = memoryAudit(keys.audit);
  const handlers: Handlers<keyof typeof declared.routes> = {
    ...keyHandlers(ports),
    ...tenantHandlers(ports),
    ...getAudit(audit),
  };
  const answer = httpFunction({ routes: declared.routes, handlers: async () => handlers, open: false, log: silentLog });
  /** By whom: `tenant: scopes`. */
  const ask = (route: string, by: Sent, body?: unknown, id?: string): Promise<Answered> => {
    const [method = '', path = ''] = route.split(' ');
    return call(
      (event, context) =>
        answer(
          {
            ...event,
            routeKey: route.replace(/\?.*/, ''),
            ...(id !== undefined && { pathParameters: { id, tenant: id } }),
          },
          context,
        ),
      { method, path, ...(body !== undefined && { body: JSON.stringify(body) }), ...by },
    );
  };
  return { clock, keys, copies, ports, audit, handlers, ask };
}

/** Who calls, in a word. */
export const callers = {
  admin: keyOf('mine', 'events:read keys:write', 'admin'),
  operator: keyOf('ours', 'operator', 'operator'),
  reader: keyOf('mine', 'events:read', 'reader'),
  stranger: keyOf('theirs', 'events:read keys:write', 'stranger'),
} as const;

const withAnyId = (keys: ReturnType<typeof memoryApiKeys>): ReturnType<typeof memoryApiKeys> => ({
  ...keys,
  async change(of, id, decide) {
    if (of !== 'all tenants')
      keys.all.set(id, {
        ...{ id, name: 'any', tenant: of.tenant, scopes: ['events:read'], hash: id, last4: 'last' },
        ...{ createdtime: '2026-11-23T12:00:00.000Z', by: { key: 'none', name: 'a test' } },
      });
    return keys.change(of, id, decide);
  },
});
