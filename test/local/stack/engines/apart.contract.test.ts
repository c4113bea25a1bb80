import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startApart } from '../../../../local/stack/engines/embedded/apart.ts';
import type { EngineName } from '../../../../local/stack/engines/embedded/embedded.ts';
import { EngineError } from '../../../../local/stack/engines/engine-error.ts';
import { eventually } from '../../../support/eventually.ts';

/** An engine in a process of its own, and what is said of that process. */
async function started(name: EngineName) {
  const watched = new Set<number>();
  const faults: EngineError[] = [];
  const start = startApart({
    watch(pid) {
      watched.add(pid);
      return () => void watched.delete(pid);
    },
    died: (fault) => void faults.push(fault),
  });
  const engine = await start(name, 'us-east-1');
  onTestFinished(engine.stop);
  return { engine, watched, faults };
}

test('what it holds goes by way of a file to another process, and each says what it uses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [{ engine: one }, { engine: other, watched, faults }] = await Promise.all([started('redis'), started('redis')]);
  const [client, reader] = [new Redis(one.address), new Redis(other.address)];
  onTestFinished(() => [client, reader].forEach((redis) => void redis.disconnect()));
  const before = await one.changes();
  await client.set('a', '1');
  expect(await one.changes()).not.toBe(before);
  await one.save(join(folder, 'redis'));
  expect(await other.restore(join(folder, 'redis'))).toEqual([]);
  expect(await reader.get('a')).toBe('1');
  expect((await other.memory?.())?.rss).toBeGreaterThan(1e6);
  await expect(other.save('/nowhere/redis')).rejects.toThrow(/ENOENT/);
  reader.disconnect();
  await other.stop();
  await eventually(() => expect(watched.size).toBe(0));
  expect(faults).toEqual([]);
  await expect(other.changes()).rejects.toThrow(EngineError);
});

test('one that ends by itself is told of, and questions to it end with that', async () => {
  const { engine, watched, faults } = await started('redis');
  const [pid = 0] = watched;
  process.kill(pid, 'SIGSTOP');
  const asked = engine.changes();
  process.kill(pid, 'SIGKILL');
  await expect(asked).rejects.toThrow('the embedded Redis has ended with SIGKILL');
  await eventually(() => expect(faults).toEqual([expect.any(EngineError)]));
});
