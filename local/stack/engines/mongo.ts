import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import { messageOf } from '../../../lib/core/errors.ts';
import type { UsedMemory } from '../../commands/memory/used.ts';
import type { Reaper } from '../reaper.ts';
import type { KeptEngine } from '../state/kept-engine.ts';
import type { StartEmbedded } from './embedded/embedded.ts';
import { EngineError } from './engine-error.ts';
import { findProgram, orPassedOver, startProgram, versionText } from './program.ts';

export interface MongoEngine {
  uri: string;
  /** `mongod 8.0.4 (found)` */
  name: string;
  /** Lets nothing reach it for so long, and resolves when it is back; absent where that cannot be done. */
  away?(ms: number): Promise<void>;
  /** Of a process of its own that is embedded. */
  memory?(): Promise<UsedMemory>;
  /** What it holds is gone when it ends. */
  temporary?: true;
  /** Absent where it is not embedded. */
  kept?: KeptEngine;
  stop(): Promise<void>;
}

const OLDEST_MAJOR = 8;
const NAMED_TIMEOUT_MS = 3000;
const REPLICA_SET = 'sluice';

/** The deployment that MONGODB_URI names. @throws EngineError when it does not answer, is too old or no replica set */
export async function namedMongo(uri: string): Promise<MongoEngine> {
  const { version, hello } = await ask(uri, NAMED_TIMEOUT_MS).catch((cause: unknown) => {
    throw new EngineError(`MONGODB_URI names a server that does not answer: ${messageOf(cause)}`, { cause });
  });
  if (majorOf(version) < OLDEST_MAJOR)
    throw new EngineError(`MONGODB_URI names MongoDB ${version}; Sluice needs ${OLDEST_MAJOR}.0 or newer`);
  if (hello.setName === undefined && hello.msg !== 'isdbgrid')
    throw new EngineError('MONGODB_URI names a standalone server; transactions need a replica set');
  return { uri, name: `MongoDB ${version} (named by MONGODB_URI)`, stop: async () => {} };
}

export async function embeddedMongo(start: StartEmbedded): Promise<MongoEngine> {
  const engine = await start('mongo', '');
  return { ...engine, uri: engine.address, name: 'embedded', kept: engine };
}

/**
 * A mongod of this machine, on the search path or where mongodb-memory-server keeps its download, as a replica set of one.
 * @param log hears why one was passed over
 * @param readyMs how long it may take to answer
 * @returns undefined when there is none that will do
 */
export async function foundMongo(
  log: (line: string) => void,
  watch: Reaper['watch'],
  readyMs?: number,
): Promise<MongoEngine | undefined> {
  const file = (await findProgram(['mongod'])) ?? (await findDownload());
  return file === undefined ? undefined : orPassedOver(log, () => serve(file, log, watch, readyMs));
}

async function serve(
  file: string,
  log: (line: string) => void,
  watch: Reaper['watch'],
  readyMs?: number,
): Promise<MongoEngine | undefined> {
  const version = /v(\d[\d.]*)/.exec(await versionText(file))?.[1] ?? '0';
  if (majorOf(version) < OLDEST_MAJOR) {
    log(`${file} is MongoDB ${version}: too old, passed over`);
    return undefined;
  }
  const { port, stop, suspend } = await startProgram(
    file,
    (freePort, folder) =>
      ['--port', freePort, '--bind_ip', '127.0.0.1', '--dbpath', folder, '--replSet', REPLICA_SET].map(String),
    initiate,
    watch,
    readyMs,
  );
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`,
    name: `mongod ${version} (found)`,
    ...(suspend && { away: suspend }),
    temporary: true,
    stop,
  };
}

/** Makes it a replica set once it listens, and is done when it is the primary. */
async function initiate(port: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 1000 });
  try {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    if (hello.setName === undefined)
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    else if (hello.isWritablePrimary) return;
    throw new Error('mongod is not yet primary');
  } finally {
    await client.close();
  }
}

/** https://typegoose.github.io/mongodb-memory-server/docs/api/config-options#download_dir */
async function findDownload(): Promise<string | undefined> {
  for (const folder of [
    join(import.meta.dirname, '../../../node_modules/.cache/mongodb-memory-server'),
    join(homedir(), '.cache/mongodb-binaries'),
  ]) {
    const files = await readdir(folder).catch(() => []);
    const newest = files
      .filter((file) => /^mongod[^.]*-[\d.]+(\.exe)?$/.test(file))
      .toSorted()
      .at(-1);
    if (newest !== undefined) return join(folder, newest);
  }
  return undefined;
}

async function ask(uri: string, timeoutMs: number): Promise<{ version: string; hello: Document }> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: timeoutMs, connectTimeoutMS: timeoutMs });
  try {
    const admin = client.db('admin');
    const [{ version }, hello] = [await admin.command({ buildInfo: 1 }), await admin.command({ hello: 1 })];
    return { version: String(version), hello };
  } finally {
    await client.close();
  }
}

const majorOf = (version: string): number => Number(version.split('.')[0]);
