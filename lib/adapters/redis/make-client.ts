import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Renew } from '../../core/renew.ts';

export type Client = Redis | Cluster;

export interface RedisConfig {
  /** `redis://` or, with TLS, `rediss://`. */
  url: string;
  /** Whether the address is one of a cluster's. */
  cluster: boolean;
  /** Within which every call ends, connecting included. */
  timeoutMs: number;
  /** After which a connection that is not ready is given up; a second. */
  openMs?: number;
  /** Reads the address again when its credentials were refused. */
  renew?: Renew | undefined;
}

/** A TLS handshake on a cold, small function takes a while. */
export const OPEN_MS = 1000;

/**
 * A client that is not connected yet, and that does nothing on its own account: it neither reconnects nor sends anything twice, because
 * its link replaces it when it fails, and knows what may be repeated. https://redis.github.io/ioredis/interfaces/RedisOptions.html
 */
export function makeClient({ url, cluster, openMs = OPEN_MS }: RedisConfig): Client {
  const options = {
    lazyConnect: true,
    connectTimeout: openMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
  };
  if (!cluster) return new Redis(url, { ...options, retryStrategy: () => null });
  const { enableOfflineQueue, lazyConnect, ...ofNodes } = options;
  const { hostname, port } = new URL(url);
  return new Cluster([{ host: hostname, port: Number(port || 6379) }], {
    enableOfflineQueue,
    lazyConnect,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: openMs,
    // Certificates are for names, so names are what is connected to:
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: { ...ofNodes, ...credentials(url) },
  });
}

/** A cluster's nodes name each other by address alone; what else the URL says holds for all of them. */
function credentials(url: string): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
