import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { withinBudget } from '../../../../lib/adapters/mongo/budget.ts';
import { connectMongo, type MongoConnection, mongoPing } from '../../../../lib/adapters/mongo/client.ts';
import { beginTransaction } from '../../../../lib/adapters/mongo/transaction.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { testEngines } from '../../../support/engines.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';

const engines = await testEngines();
const database = `test-${randomUUID().slice(0, 8)}`;
const direct = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 60_000 });
afterAll(async () => {
  await direct.close();
  await engines.stop();
});

const opened: { server: Server; connection: MongoConnection }[] = [];
afterEach(async () => {
  for (const { server, connection } of opened.splice(0)) {
    await connection.close();
    server.close();
  }
});

const proxied: { proxy: FaultProxy; connection: MongoConnection }[] = [];
afterEach(async () => {
  for (const { proxy, connection } of proxied.splice(0)) {
    await connection.close();
    await proxy.stop();
  }
});

const BUDGET_MS = 300;
const PATIENT_MS = 60_000;
/** What ends after so long has ended by its budget: nothing that is silent here ever answers. */
const NO_HANG_MS = 10 * BUDGET_MS;
const MORE_THAN_SOCKETS_HOLD = 14 * 1024 * 1024;

/** A connection through a wire that falls silent, for all or for what carries a word, or that is reset in the middle of that. */
async function wire(timeoutMs = BUDGET_MS) {
  let silent = false;
  let word: string | undefined;
  let fatal: string | undefined;
  const held = new Set<object>();
  const { host, port } = direct.client.options.hosts[0] ?? {};
  const server = createServer((client) => {
    const upstream = connect(port ?? 0, host ?? '');
    client.on('data', (chunk) => {
      if (word !== undefined && chunk.includes(word)) held.add(client);
      if (fatal !== undefined && chunk.includes(fatal)) {
        client.pause();
        setTimeout(() => client.resetAndDestroy(), 50);
        return;
      }
      if (!silent) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => !silent && !held.has(client) && client.write(chunk));
    client.on('close', () => held.delete(client));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uri = `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`;
  const connection = connectMongo({ uri, database, timeoutMs });
  opened.push({ server, connection });
  return {
    connection,
    silence: () => (silent = true),
    hold: (what: string) => (word = what),
    /** How many connections wait for an answer that is held back. */
    holding: () => held.size,
    resetAt: (what: string) => (fatal = what),
  };
}

/** A first connection takes its time on a busy machine. */
const answers = (connection: MongoConnection) =>
  eventually(async () => expect(await mongoPing(connection)()).toBe(true));

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work().catch(() => undefined);
  return performance.now() - begun;
};

describe('while MongoDB says nothing', () => {
  test('a ping, a read and a settlement end within the budget (protocol: our-budgets)', async () => {
    const { connection, silence } = await wire();
    await answers(connection);
    silence();
    expect(await elapsed(() => mongoPing(connection)())).toBeLessThan(NO_HANG_MS);
    expect(await mongoPing(connection)()).toBe(false);
    const read = withinBudget(BUDGET_MS, () => connection.events.findOne({}));
    await expect(read).rejects.toBeInstanceOf(DependencyError);
  });

  test('a primary without its majority answers, and cannot be written to', async () => {
    const { connection, hold } = await wire();
    await answers(connection);
    // What needs a majority hears nothing; everything else is answered.
    hold('linearizable');
    expect(await mongoPing(connection)()).toBe(false);
    expect(await eventually(() => connection.db.command({ ping: 1 }))).toMatchObject({ ok: 1 });
  });

  test('aborting a transaction ends within the budget', async () => {
    const { connection, silence } = await wire();
    await answers(connection);
    const transaction = beginTransaction(connection, 't', 45, () => PATIENT_MS);
    await transaction.collection('plain').insertOne({ a: 1 });
    silence();
    expect(await elapsed(() => transaction.abort())).toBeLessThan(NO_HANG_MS);
  });

  test('an operation that is given up holds up neither the abort nor the next transaction', async () => {
    const { connection, hold } = await wire(PATIENT_MS);
    await answers(connection);
    hold('slowly');
    const first = beginTransaction(connection, 't', 45, () => BUDGET_MS);
    await expect(first.collection('plain').insertOne({ name: 'slowly' })).rejects.toBeInstanceOf(DependencyError);
    expect(await elapsed(() => first.abort())).toBeLessThan(PATIENT_MS / 4);
    const second = beginTransaction(connection, 't', 45, () => PATIENT_MS);
    expect(await second.collection('plain').findOne({ name: 'quick' })).toBeNull();
    await second.abort();
    expect(first.failure).toBeInstanceOf(DependencyError);
  });

  test('waiting for a connection too long is an outage, no fault of a handler', async () => {
    const { connection, hold, holding } = await wire(1000);
    await answers(connection);
    hold('slowly');
    await eventually(() => {
      void connection.db
        .collection('plain')
        .findOne({ slowly: 1 })
        .catch(() => undefined);
      expect(holding()).toBe(connection.client.options.maxPoolSize);
    });
    const waiting = withinBudget(PATIENT_MS, () => connection.events.findOne({}));
    await expect(waiting).rejects.toBeInstanceOf(DependencyError);
  });
});

test('a connection that is reset while a large document is still being written is an outage', async () => {
  const { connection, resetAt } = await wire(PATIENT_MS);
  await answers(connection);
  resetAt('large');
  const written = withinBudget(PATIENT_MS, () =>
    connection.db.collection('plain').insertOne({ large: 'x'.repeat(MORE_THAN_SOCKETS_HOLD) }),
  );
  await expect(written).rejects.toMatchObject({ code: 'mongodb-unavailable', retryable: true });
  // What comes again by itself would not show whether the error is known.
  await expect(written).rejects.toMatchObject({ cause: { code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) } });
});

describe('a connection whose first operation met an outage', () => {
  const beginning = async () => {
    const proxy = await startFaultProxy(engines.mongoUri);
    const connection = connectMongo({ uri: proxy.url, database, timeoutMs: BUDGET_MS });
    proxied.push({ proxy, connection });
    return { proxy, connection };
  };
  /** What consumers do: several at once, a transaction among them. */
  const several = (connection: MongoConnection) =>
    Promise.allSettled([
      ...Array.from({ length: 3 }, () => withinBudget(BUDGET_MS, () => connection.events.findOne({}))),
      inTransaction(connection),
    ]);
  /** Left open, one that made the collection would keep all others out of it for a minute. */
  const inTransaction = async (connection: MongoConnection) => {
    const transaction = beginTransaction(connection, 't', 45, () => 2000);
    try {
      await transaction.collection('plain').insertOne({ a: 1 });
    } finally {
      await transaction.abort();
    }
  };

  for (const away of ['a closed port', 'silence']) {
    test(`works once that is over: ${away}`, async () => {
      const { proxy, connection } = await beginning();
      if (away === 'silence') proxy.mode = 'silent';
      else await proxy.closePort();
      for (let tries = 0; tries < 2; tries++) {
        for (const end of await several(connection))
          expect(end).toMatchObject({ status: 'rejected', reason: expect.any(DependencyError) });
        expect(await mongoPing(connection)()).toBe(false);
      }
      proxy.cut();
      proxy.mode = 'pass';
      if (away !== 'silence') await proxy.openPort();
      await eventually(async () => {
        for (const end of await several(connection)) expect(end).toMatchObject({ status: 'fulfilled' });
      });
      await answers(connection);
    });
  }

  test('stays closed once it was closed', async () => {
    const { proxy, connection } = await beginning();
    await proxy.closePort();
    expect(await mongoPing(connection)()).toBe(false);
    await connection.close();
    await proxy.openPort();
    await expect(connection.events.findOne({})).rejects.toThrow();
  });
});

test('a slow operation is ended by the server, so that its connection is free again', async () => {
  const blocker = beginTransaction(direct, 't', 45, () => PATIENT_MS);
  await direct.db.collection('plain').insertOne({ tenant: 't', name: 'hot' });
  await blocker.collection('plain').updateOne({ name: 'hot' }, { $set: { by: 1 } });
  const waits = direct.db.collection('plain').updateOne({ name: 'hot' }, { $set: { by: 2 } }, { maxTimeMS: 200 });
  await expect(waits).rejects.toMatchObject({ code: 50 });
  await blocker.abort();
});
