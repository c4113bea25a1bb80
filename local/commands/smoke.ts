/** `npm run smoke`: asks a running stage, by its address, whether it does what it is for. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { callerOf } from '../stack/caller.ts';
import { type Broken, brokenOfExamples, readBroken } from './smoke/samples.ts';
import { smoke } from './smoke/smoke.ts';
import { addressIn, report, secondsIn } from './stage-command.ts';

const SCRIPT = 'npm run smoke';
const { values } = readOptions(SCRIPT, {
  options: {
    url: { type: 'string' },
    type: { type: 'string' },
    broken: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = secondsIn(SCRIPT, values.seconds);
const { SLUICE_KEY: key } = process.env;
const told = values.broken === undefined ? undefined : brokenIn(values.broken);
const checks = await smoke({
  caller: callerOf({ api: addressIn(SCRIPT, values.url), ...(key && { key }) }),
  type: values.type,
  broken: told ? async () => told : brokenOfExamples,
  seconds,
  now: () => performance.now(),
  pause,
});
report(checks, values.json);

function brokenIn(path: string): Broken {
  try {
    return readBroken(readFileSync(path, 'utf8'));
  } catch (error) {
    return refuse(SCRIPT, `--broken ${path}: ${messageOf(error)}`);
  }
}
