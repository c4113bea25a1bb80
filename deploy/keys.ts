import { revokeKey, rotateKey } from '../lib/access/end-key.ts';
import type { EndPorts } from '../lib/access/ends.ts';
import { type KeyPorts, makeKey } from '../lib/access/make-key.ts';
import { entryOf } from '../lib/core/access/entry-of.ts';
import type { Grants, KeyEntry } from '../lib/core/access/key-entry.ts';
import { readConfig } from '../lib/core/config.ts';
import { messageOf } from '../lib/core/errors.ts';
import { keyPortsOn } from '../lib/wiring/access.ts';
import { connectMongo } from '../lib/wiring/mongo.ts';
import { connectRedis } from '../lib/wiring/redis.ts';
import { type KeysCommand, parseCommand } from './keys-command.ts';
import { listText, madeText, revokedText, rotatedText } from './keys-text.ts';
import { wantedKey, wantedOverlap } from './keys-wanted.ts';
import { progressLog } from './progress-log.ts';
import { serviceNameHere } from './service-name.ts';

/** What to print, and the exit code: 0 all is well, 2 one of the stores alone holds it. */
export interface KeysAnswer {
  output: string;
  exitCode: 0 | 2;
}

/** Whoever can reach a stage's stores may do with its keys what an operator may. */
const caller: Grants = { tenant: 'none', scopes: ['operator'] };
const change = { by: { key: 'none', name: 'npm run keys' }, request: 'none' };
const PAGE = 200;
/** A person waits longer than a request may. */
const PATIENCE_MS = 10_000;

/**
 * Makes, lists, rotates or revokes keys of a stage, in its MongoDB and Redis.
 * @param given STAGE (or --stage), MONGODB_*, REDIS_*, AUTHORIZER_CACHE_SECONDS; SERVICE unless it is that of serverless.yml
 * @param say hears what is logged; a key is in the answer alone
 * @throws ConfigError, HttpProblem, DependencyError
 */
export async function runKeysCommand(
  command: KeysCommand,
  given: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<KeysAnswer> {
  const { stage } = command;
  const environment = { SERVICE: serviceNameHere(), ...given, ...(stage !== undefined && { STAGE: stage }) };
  const config = readConfig(['mongodb', 'redis', 'AUTHORIZER_CACHE_SECONDS'], environment);
  const log = progressLog(say);
  const mongo = connectMongo({ ...config, MONGODB_TIMEOUT_MS: Math.max(config.MONGODB_TIMEOUT_MS, PATIENCE_MS) });
  const redis = connectRedis({ ...config, REDIS_TIMEOUT_MS: Math.max(config.REDIS_TIMEOUT_MS, PATIENCE_MS) }, log);
  try {
    return await answer(command, keyPortsOn({ mongo, redis }, config, log), config.AUTHORIZER_CACHE_SECONDS);
  } finally {
    await Promise.all([mongo.close(), redis.close()]);
  }
}

async function answer(command: KeysCommand, ports: KeyPorts & EndPorts, cacheSeconds: number): Promise<KeysAnswer> {
  const { json } = command;
  switch (command.action) {
    case 'create': {
      const { entry, text } = await makeKey(wantedKey(command.asked, ports.stage), { ...change, maker: caller }, ports);
      return { output: json ? JSON.stringify({ ...entry, key: text }) : madeText(entry, text), exitCode: 0 };
    }
    case 'list': {
      const items = await listed(command, ports);
      return { output: json ? JSON.stringify({ items }) : listText(items), exitCode: 0 };
    }
    case 'rotate': {
      const asked = { ...change, caller, of: 'all tenants', id: command.id } as const;
      const overlap = wantedOverlap(command.overlap);
      const { entry, text, complete } = await rotateKey({ ...asked, overlap }, ports);
      const output = json
        ? JSON.stringify({ ...entry, key: text })
        : rotatedText(entry, text, { complete, cacheSeconds });
      return { output, exitCode: complete ? 0 : 2 };
    }
    case 'revoke': {
      const asked = { ...change, caller, of: 'all tenants', id: command.id } as const;
      const { entry, complete } = await revokeKey(asked, ports);
      const output = json ? JSON.stringify(entry) : revokedText(entry, { complete, cacheSeconds });
      return { output, exitCode: complete ? 0 : 2 };
    }
  }
}

async function listed({ tenant }: { tenant?: string }, { keys }: KeyPorts): Promise<KeyEntry[]> {
  const entries: KeyEntry[] = [];
  for (let cursor: string | undefined; ; ) {
    const filter = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await keys.list(tenant === undefined ? 'all tenants' : { tenant }, filter);
    entries.push(...items.map(entryOf));
    if (next === null) return entries;
    cursor = next;
  }
}

if (import.meta.main) {
  try {
    const { output, exitCode } = await runKeysCommand(parseCommand(process.argv.slice(2)), process.env, console.error);
    console.log(output);
    process.exitCode = exitCode;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
