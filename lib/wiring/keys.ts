import { getAudit } from '../http/get-audit.ts';
import { keyHandlers } from '../http/keys.ts';
import { tenantHandlers } from '../http/tenants.ts';
import type { Log } from '../sdk/log.ts';
import { keyPortsOn } from './access.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { keys } from './functions/keys.ts';
import { limitsOn } from './limits.ts';
import { auditOn, connectMongo } from './mongo.ts';
import { connectRedis } from './redis.ts';

/** Keys, tenants and the audit on the real drivers. Connections are made at first use. */
export function connectKeys(config: ConfigOf<typeof keys>, log: Log): Connected<typeof keys> {
  const mongo = connectMongo(config);
  const redis = connectRedis(config, log);
  const ports = keyPortsOn({ mongo, redis }, config, log);
  const handlers = { ...keyHandlers(ports), ...tenantHandlers(ports), ...getAudit(auditOn(mongo)) };
  return { handlers, limits: limitsOn(redis, config, log) };
}
