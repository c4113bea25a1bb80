import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Caller, callerOf } from '../../../local/stack/caller.ts';
import { freePort } from '../../../local/stack/engines/program.ts';
import { eventually } from '../../support/eventually.ts';
import { npmStart } from '../../support/program.ts';

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

describe('npm start', () => {
  test('answers, and Ctrl-C leaves no process behind', async () => {
    const port = await freePort();
    const { child, printed, ended } = npmStart(['--port', String(port)], { SLUICE_ENGINES: 'embedded' });
    const api = `http://127.0.0.1:${port}`;
    await eventually(() => expect(printed.out).toContain(api));
    expect((await callerOf({ api }).fetch('/health')).status).toBe(200);
    await everyExampleSucceeds(callerOf({ api }));
    const members = await family(pidOf(child));
    expect(members.length).toBeGreaterThan(2);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    await eventually(() => expect(members.filter(alive)).toEqual([]));
    expect(printed.err).toBe('');
  });
});

/** As the documents of a catalogue promise, whatever the domain is. */
async function everyExampleSucceeds(caller: Caller): Promise<void> {
  const { items } = (await (await caller.fetch('/event-types')).json()) as {
    items: { type: string; example: unknown }[];
  };
  const { send, wait } = caller.client();
  const receipts = await Promise.all(items.map(({ type, example }) => send({ type, data: example })));
  const outcomes = await Promise.all(receipts.map(({ id }) => wait(id, { seconds: 90 })));
  expect(outcomes.map(({ type, status }) => [type, status])).toEqual(items.map(({ type }) => [type, 'succeeded']));
}

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('not started');
  return pid;
};
