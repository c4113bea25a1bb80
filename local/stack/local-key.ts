import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KeyPorts, makeKey } from '../../lib/access/make-key.ts';
import { verdictOn } from '../../lib/access/verdict.ts';
import { readApiKey } from '../../lib/core/access/api-key.ts';
import { localIdentity } from '../../lib/core/access/identity.ts';
import { readConfig } from '../../lib/core/config.ts';
import { codeOf } from '../../lib/core/errors.ts';
import type { Log } from '../../lib/sdk/log.ts';
import { keyPortsOn } from '../../lib/wiring/access.ts';
import { connectMongo } from '../../lib/wiring/mongo.ts';
import { connectRedis } from '../../lib/wiring/redis.ts';

/**
 * The key of a start that asks for keys: an operator's, of the tenant that callers without one are elsewhere.
 * @param folder where it is kept, in a file for its owner alone, and found again by the next start; with SLUICE_STATE=none nowhere
 * @param variables of functions: what says where their databases are
 * @throws DependencyError when one does not answer, the system's error when the file cannot be written
 */
export async function localKey(folder: string, variables: Readonly<Record<string, string>>, log: Log): Promise<string> {
  const file = process.env.SLUICE_STATE === 'none' ? undefined : join(folder, 'key');
  const config = readConfig(['mongodb', 'redis', 'AUTHORIZER_CACHE_SECONDS'], variables);
  const stores = { mongo: connectMongo(config), redis: connectRedis(config, log) };
  try {
    return await keptKey(file, keyPortsOn(stores, config, log));
  } finally {
    await Promise.all([stores.mongo.close(), stores.redis.close()]);
  }
}

/** The key of a file, if it still opens everything; else a new one, which the file has from now on. */
export async function keptKey(file: string | undefined, ports: KeyPorts): Promise<string> {
  const kept = file === undefined ? undefined : await textIn(file);
  if (kept !== undefined && (await opensAll(kept, ports))) return kept;
  const { tenant, scopes } = localIdentity;
  const by = { key: 'none', name: 'npm start' };
  const wanted = { name: 'npm start', tenant, scopes: [...scopes] };
  const { text } = await makeKey(wanted, { by, request: 'none', maker: localIdentity }, ports);
  if (file !== undefined) await keep(file, text);
  return text;
}

async function opensAll(text: string, { keys, clock, stage }: KeyPorts): Promise<boolean> {
  const read = readApiKey(text);
  if (read?.stage !== stage) return false;
  const known = await keys.byHash(read.hash);
  const verdict = known && verdictOn(known, read.hash, clock.now());
  return verdict !== null && 'identity' in verdict && verdict.identity.scopes.includes('operator');
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file of its own, so that what stood there, with other rights or as a link, is not written to. */
async function keep(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
}
