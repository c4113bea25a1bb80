import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from '../../../local/stack/cache-folder.ts';
import { checkOnce } from '../../../local/stack/checked-configuration.ts';

/** Starts of one project. @param check the framework's */
function project(check: (configuration: Record<string, unknown>) => void = () => {}) {
  const serviceDir = mkdtempSync(join(tmpdir(), 'sluice-checked-'));
  onTestFinished(() => rmSync(serviceDir, { recursive: true }));
  let checks = 0;
  return {
    serviceDir,
    checks: () => checks,
    start: async (configuration: object, { version = '4.3.1', schema = {} } = {}) => {
      const configSchemaHandler = {
        schema,
        async validateConfig(given: unknown) {
          checks += 1;
          check(given as Record<string, unknown>);
        },
      };
      checkOnce({ serviceDir, version, configSchemaHandler });
      await configSchemaHandler.validateConfig(configuration);
    },
  };
}

test('a configuration that was found good is not checked again until it is another', async () => {
  const { start, checks } = project();
  await start({ service: 'a' });
  await start({ service: 'a' });
  expect(checks()).toBe(1);
  await start({ service: 'b' });
  expect(checks()).toBe(2);
});

test('it is checked again where what checks it is another', async () => {
  const { start, checks } = project();
  await start({ service: 'a' });
  await start({ service: 'a' }, { version: '4.3.2' });
  await start({ service: 'a' }, { schema: { type: 'object' } });
  expect(checks()).toBe(3);
});

test('one that is refused is refused each time', async () => {
  const { start, checks } = project(() => {
    throw new Error('Configuration error');
  });
  await expect(start({ service: 1 })).rejects.toThrow('Configuration error');
  await expect(start({ service: 1 })).rejects.toThrow('Configuration error');
  expect(checks()).toBe(2);
});

test('one that the check itself mends is checked each time', async () => {
  const { start } = project((configuration) => {
    configuration.memory = Number(configuration.memory);
  });
  for (const _ of [1, 2]) {
    const configuration = { memory: '512' };
    await start(configuration);
    expect(configuration).toEqual({ memory: 512 });
  }
});

test('where it cannot be written down it is checked each time, and the start goes on', async () => {
  const { start, checks, serviceDir } = project();
  const folder = cacheFolder(serviceDir);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sluice-checked'), 'a file');
  await start({ service: 'a' });
  await start({ service: 'a' });
  expect(checks()).toBe(2);
});
