import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { runKeysCommand } from '../../../deploy/keys.ts';
import type { KeysCommand } from '../../../deploy/keys-command.ts';
import { makeApiKey } from '../../../lib/core/access/api-key.ts';
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
  test('asks for a key where it is told to, tells one, and Ctrl-C leaves no process behind', async () => {
    const port = await freePort();
    const args = ['--port', String(port), '--keys'];
    const { child, printed, ended } = npmStart(args, { SLUICE_ENGINES: 'embedded' });
    const api = `http://127.0.0.1:${port}`;
    await eventually(() => expect(printed.out).toMatch(/^ {2}Docs .*\n/m));
    const key = rowOf(printed.out, 'Key');
    expect(printed.out).toContain(`API      ${api}`);
    expect((await callerOf({ api }).fetch('/health')).status).toBe(200);
    await everyExampleSucceeds(callerOf({ api, key }));
    const sent = [key, ...(await refusesOtherKeys(api, key, printed.out))];
    const logged = await readFile(rowOf(printed.out, 'Log'), 'utf8');
    for (const why of ['malformed', 'other-stage', 'unknown', 'revoked']) expect(logged).toContain(`"reason":"${why}"`);
    for (const text of sent) expect(logged).not.toContain(text);
    const members = await family(pidOf(child));
    expect(members.length).toBeGreaterThan(2);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    await eventually(() => expect(members.filter(alive)).toEqual([]));
    expect(printed.err).toBe('');
  });
});

/** The word at the end of a row of the banner. */
const rowOf = (banner: string, name: string): string => {
  const [, word] = new RegExp(`^ {2}${name} .*?(\\S+)$`, 'm').exec(banner) ?? [];
  if (word === undefined) throw new Error(`no row ${name} in ${banner}`);
  return word;
};

/** @returns what was sent in place of keys */
async function refusesOtherKeys(api: string, key: string, banner: string): Promise<string[]> {
  const stores = { MONGODB_URI: rowOf(banner, 'MongoDB'), REDIS_URL: rowOf(banner, 'Redis') };
  const runKeys = async (command: KeysCommand) =>
    JSON.parse((await runKeysCommand(command, { STAGE: 'local', ...stores }, () => {})).output);
  const asked = { name: 'a test', tenant: 'local', scopes: 'read' };
  const short: { id: string; key: string } = await runKeys({ action: 'create', json: true, asked });
  await runKeys({ action: 'revoke', json: true, id: short.id });
  const others = {
    malformed: 'slc_local_0123',
    'wrong checksum': key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'),
    'other stage': makeApiKey('dev', randomBytes),
    unknown: makeApiKey('local', randomBytes),
    revoked: short.key,
  };
  const asks = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await callerOf({ api }).fetch('/events', { headers });
    return [response.status, await response.text()];
  };
  expect(await asks()).toEqual([401, '{"message":"Unauthorized"}']);
  expect(await asks(`Basic ${key}`)).toEqual([403, '{"message":"Forbidden"}']);
  for (const [why, text] of Object.entries(others))
    expect(await asks(`Bearer ${text}`), why).toEqual([403, '{"message":"Forbidden"}']);
  return Object.values(others);
}

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
