import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { during } from '../../../lib/core/current-run.ts';
import { surviveStrayRejections } from '../../../lib/wiring/stray-rejections.ts';
import { silentLog } from '../../support/log.ts';

const run = { type: 'test.happened', event_id: 'one', attempt: 1 };
const listeners = process.listeners('unhandledRejection');
afterEach(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test('entry 7: what a handler let fail is said with its event, by whatever way it began, and ends nothing (protocol: late-use)', async () => {
  const said: unknown[] = [];
  surviveStrayRejections(process, { ...silentLog, error: (_, details) => void said.push(details) });
  during({ fields: run }, () => {
    [1].forEach(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('late');
    });
    void Promise.reject(new Error('at once'));
  });
  await vi.waitFor(() => expect(said).toHaveLength(2));
  expect(said).toMatchObject([
    { ...run, error: { message: 'at once' } },
    { ...run, error: { message: 'late' } },
  ]);
});

test('any other rejection ends the process as before', () => {
  const emitter = new EventEmitter();
  surviveStrayRejections(emitter, silentLog);
  expect(() => emitter.emit('unhandledRejection', new Error('ours'))).toThrow('ours');
});
