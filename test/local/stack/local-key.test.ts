import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { localIdentity } from '../../../lib/core/access/identity.ts';
import { keptKey } from '../../../local/stack/local-key.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';
import { memoryApiKeys, memoryKeyCopies } from '../../support/memory-keys.ts';

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const clock = fakeClock();
  const keys = memoryApiKeys();
  const copies = memoryKeyCopies(clock);
  const ports = { keys, copies, clock, log: silentLog, stage: 'local', randomBytes };
  return { folder, file: join(folder, 'state/key'), keys, ports, lookUp: createLookUp(ports) };
}
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a start makes a key that may do what callers without one may elsewhere, and tells who made it', async () => {
  const { file, ports, keys, lookUp } = world();
  const key = await keptKey(file, ports);
  expect(key).toMatch(/^slc_local_/);
  expect(await lookUp(key)).toMatchObject({
    identity: { tenant: localIdentity.tenant, scopes: localIdentity.scopes, key: { name: 'npm start' } },
  });
  expect(keys.audit).toMatchObject([{ action: 'key.created', by: { name: 'npm start' }, tenant: 'local' }]);
});

test('a key is kept in a file for its owner alone, in the place of whatever was there', async () => {
  const { folder, file, ports } = world();
  const key = await keptKey(file, ports);
  expect(readFileSync(file, 'utf8')).toBe(`${key}\n`);
  expect([modeOf(file), modeOf(join(folder, 'state'))]).toEqual([0o600, 0o700]);
  for (const put of [
    (elsewhere: string) => symlinkSync(elsewhere, file),
    () => {
      writeFileSync(file, 'theirs');
      chmodSync(file, 0o666);
    },
  ]) {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'theirs');
    rmSync(file);
    put(elsewhere);
    const next = await keptKey(file, ports);
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
    expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual([`${next}\n`, 0o600]);
  }
});

test('the next start has the same key', async () => {
  const { file, ports, keys } = world();
  const key = await keptKey(file, ports);
  expect(await keptKey(file, ports)).toBe(key);
  expect(keys.all.size).toBe(1);
});

test.each(['revoked', 'forgotten', 'no operator’s', 'of another stage', 'no key'])(
  'a key that is %s, and opens nothing any more, is not told again',
  async (what) => {
    const { file, ports, keys } = world();
    const key = await keptKey(file, what === 'of another stage' ? { ...ports, stage: 'dev' } : ports);
    const [stored] = keys.all.values();
    if (!stored) throw new Error('no key was made');
    if (what === 'revoked') keys.all.set(stored.id, { ...stored, revoked: stored.createdtime });
    if (what === 'forgotten') keys.all.clear();
    if (what === 'no operator’s') keys.all.set(stored.id, { ...stored, scopes: ['events:read'] });
    if (what === 'no key') writeFileSync(file, 'slc_local_');
    const next = await keptKey(file, ports);
    expect(next).not.toBe(key);
    expect(readFileSync(file, 'utf8')).toBe(`${next}\n`);
  },
);

test('a start that leaves no trace makes one each time, and keeps it nowhere', async () => {
  const { ports } = world();
  expect(await keptKey(undefined, ports)).not.toBe(await keptKey(undefined, ports));
});
