import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { Renew } from '../../core/renew.ts';
import { isRefused } from './refused.ts';

/** What the driver keeps of a deployment that it is connected to. */
interface Topology {
  isDestroyed(): boolean;
  close(): void;
}

/**
 * Lets a client connect with other credentials once those that it has are refused, also to another address; collections stay what they
 * are. The driver has no way to be given other credentials but a callback for OIDC, so its client is given the options, and forgets what
 * it is connected by, by hand (`MongoClient._connect` of the driver 7.9). What is under way goes on: a connection that is in use is
 * closed when it is not any more.
 */
export function renewCredentials(client: MongoClient, first: string, options: MongoClientOptions, renew: Renew): void {
  let uri = first;

  const optionsOf = (next: string) => new MongoClient(next, options).options;
  const moveTo = (next: string): void => {
    uri = next;
    const before = topologyOf(client);
    Reflect.set(client, 'options', optionsOf(next));
    forgetTopology(client);
    before?.close();
  };

  client.on('connectionCheckOutFailed', async (event) => {
    if (!isRefused(Reflect.get(event, 'error'))) return;
    const refused = uri;
    const next = await renew(refused, optionsOf);
    // Others were refused at the same time, and one of them has moved already.
    if (next !== undefined && uri === refused) moveTo(next);
  });
}

/** What the client is connected by. @returns undefined before its first operation */
export function topologyOf(client: MongoClient): Topology | undefined {
  const topology: unknown = Reflect.get(client, 'topology');
  return isTopology(topology) ? topology : undefined;
}

/** The next operation connects anew. */
export const forgetTopology = (client: MongoClient): void => void Reflect.set(client, 'topology', undefined);

const isTopology = (value: unknown): value is Topology =>
  typeof value === 'object' && value !== null && 'isDestroyed' in value && 'close' in value;
