import { getAudit } from '../http/get-audit.ts';
import { keyHandlers } from '../http/keys.ts';
import { tenantHandlers } from '../http/tenants.ts';
import type { Log } from '../sdk/log.ts';
import { keyPortsOn } from './access.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { keys } from './functions/keys.ts';
import { auditOn, connectMongo } from './mongo.ts';
import { connectRedis } from './redis.ts';

/** Keys, tenants and the audit on the real drivers. Connections are made at first use. */
export function connectKeys(config: ConfigOf<typeof keys>, log: Log): HandlersOf<typeof keys> {
  const mongo = connectMongo(config);
  const ports = keyPortsOn({ mongo, redis: connectRedis(config, log) }, config, log);
  return { ...keyHandlers(ports), ...tenantHandlers(ports), ...getAudit(auditOn(mongo)) };
}
