import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../local/engines/program.ts';
import type { Launched } from '../../local/launch.ts';
import { npmStart } from '../support/program.ts';
import { startStack } from '../support/stack.ts';

/** Ids of a process and of all that descend from it. */
async function family(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(Number(entry), parent);
  }
  const members = [pid];
  for (const member of members) for (const [child, parent] of parents) if (parent === member) members.push(child);
  return members;
}
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the local stack', () => {
  let stack: Launched;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  test('says where everything is, and gives a command to copy that works', async () => {
    expect(stack.banner).toContain(`API      ${stack.api}`);
    expect(stack.banner).toMatch(/MongoDB {2}\S+/);
    const [, body = ''] = / -d '(.+)'/.exec(stack.banner) ?? [];
    const response = await fetch(`${stack.api}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=10' },
      body,
    });
    expect(await response.json()).toMatchObject({ status: 'succeeded' });
    expect(response.status).toBe(200);
  });

  test('is healthy', async () => {
    // Its budgets are those of the cloud; a machine that starts a stack may need a second look.
    await expect
      .poll(async () => (await fetch(`${stack.api}/health`)).json(), { timeout: 10_000 })
      .toMatchObject({ status: 'up' });
  });

  test.each([
    ['GET', '/nowhere'],
    ['GET', '/'],
    ['DELETE', '/events'],
    ['GET', '/health/'],
  ])('%s %s is API Gateway’s 404', async (method, path) => {
    const response = await fetch(`${stack.api}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test('a body over 10 MB is API Gateway’s 413', async () => {
    const response = await fetch(`${stack.api}/events`, { method: 'POST', body: Buffer.alloc(10_485_761) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  test('a web page of another origin may call and read', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${stack.api}/events`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const answer = await fetch(`${stack.api}/health`, { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('location');
  });

  test('200 requests at a time are answered', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 200 }, () => fetch(`${stack.api}/event-types`).then(({ status }) => status)),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('npm start', () => {
  test('answers, and Ctrl-C leaves no process behind', async () => {
    const port = await freePort();
    const { child, printed, ended } = npmStart(['--port', String(port)], { SLUICE_ENGINES: 'embedded' });
    await vi.waitFor(() => expect(printed.out).toContain(`http://127.0.0.1:${port}`), { timeout: 30_000 });
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    const members = await family(pidOf(child));
    expect(members.length).toBeGreaterThan(2);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    await vi.waitFor(() => expect(members.filter(alive)).toEqual([]), { timeout: 5000 });
    expect(printed.err).toBe('');
  }, 60_000);

  test('killed outright, it leaves no process behind either', async () => {
    const port = await freePort();
    const { child, printed } = npmStart(['--port', String(port)], { SLUICE_ENGINES: 'embedded' });
    await vi.waitFor(() => expect(printed.out).toContain(`http://127.0.0.1:${port}`), { timeout: 30_000 });
    const members = await family(pidOf(child));
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(members.filter(alive)).toEqual([]), { timeout: 15_000, interval: 200 });
  }, 60_000);
});

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('not started');
  return pid;
};
