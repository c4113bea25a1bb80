import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { during } from '../../../lib/core/current-run.ts';
import { redactionFrom } from '../../../lib/core/redaction.ts';
import { sayStrayExceptions } from '../../../lib/wiring/stray-exceptions.ts';
import { silentLog } from '../../support/log.ts';

class Process extends EventEmitter {
  codes: number[] = [];
  exit = (code: number) => this.codes.push(code);
}

const fields = { type: 'test.happened', event_id: 'one', attempt: 1 };

test('what nobody caught is said with its event, without sensitive values, and ends the process', () => {
  const process = new Process();
  const raw: unknown[] = [];
  process.on('uncaughtException', (thrown) => raw.push(thrown));
  const said: unknown[] = [];
  sayStrayExceptions(process, { ...silentLog, error: (_, details) => void said.push(details) });
  const run = { fields, redaction: redactionFrom(['4111-1111']) };
  during(run, () => process.emit('uncaughtException', new Error('no room for 4111-1111')));
  expect(said).toMatchObject([{ ...fields, error: { message: 'no room for [sensitive]' } }]);
  expect({ raw, codes: process.codes }).toEqual({ raw: [], codes: [1] });
});

test('what no run began, and what cannot be said, ends it too', () => {
  const process = new Process();
  const broken = () => {
    throw new Error('no log');
  };
  sayStrayExceptions(process, { ...silentLog, error: broken });
  expect(() => process.emit('uncaughtException', null)).toThrow('no log');
  expect(process.codes).toEqual([1]);
});
