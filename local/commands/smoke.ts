/** `npm run smoke`: asks a running stage, by its address, whether it does what it is for. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { table } from '../../deploy/table.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { callerOf } from '../stack/caller.ts';
import { type Broken, brokenOfExamples, readBroken } from './smoke/samples.ts';
import { type Check, smoke } from './smoke/smoke.ts';

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
const seconds = Number(values.seconds);
if (!(seconds > 0)) refuse(SCRIPT, '--seconds must be a number of seconds');
const { SLUICE_KEY: key } = process.env;
const told = values.broken === undefined ? undefined : brokenIn(values.broken);
const checks = await smoke({
  caller: callerOf({ api: addressOf(values.url), ...(key && { key }) }),
  type: values.type,
  broken: told ? async () => told : brokenOfExamples,
  seconds,
  now: () => performance.now(),
  pause,
});
console.log(values.json ? JSON.stringify({ ok: isGood(checks), checks }, null, 2) : printed(checks));
process.exitCode = isGood(checks) ? 0 : 1;

function isGood(made: readonly Check[]): boolean {
  return made.every(({ state }) => state !== 'failed');
}

function printed(made: readonly Check[]): string {
  return table(made.map(({ what, state, said, ms }) => [what, state, `${ms} ms`, said]));
}

function addressOf(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url) || !/^https?:\/\//.test(url))
    return refuse(SCRIPT, '--url must be the address of a stage');
  return url.replace(/\/+$/, '');
}

function brokenIn(path: string): Broken {
  try {
    return readBroken(readFileSync(path, 'utf8'));
  } catch (error) {
    return refuse(SCRIPT, `--broken ${path}: ${messageOf(error)}`);
  }
}
