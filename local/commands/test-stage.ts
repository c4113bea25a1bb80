/** `npm run test:stage`: runs on a stage, by its address, what `npm test` runs on this machine: a timeline of each event type. */
import { readOptions } from '../../deploy/command-line.ts';
import { eventFolder } from '../../deploy/event-folder.ts';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { progressLog } from '../../deploy/progress-log.ts';
import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { callerOf } from '../stack/caller.ts';
import type { Check } from './checks.ts';
import { addressIn, report, secondsIn } from './stage-command.ts';
import { openStores } from './timelines/access.ts';
import { playAll } from './timelines/play.ts';
import { type Timeline, timelineFolder, timelinesIn } from './timelines/timeline.ts';

const SCRIPT = 'npm run test:stage';
const { values } = readOptions(SCRIPT, {
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    stage: { type: 'string' },
    type: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const api = addressIn(SCRIPT, values.url);
const seconds = secondsIn(SCRIPT, values.seconds);
const key = values.key ?? process.env.SLUICE_KEY;

try {
  report(await played(timelines()), values.json);
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}

/** @throws ConfigError where there is none */
function timelines(): Timeline[] {
  const folder = timelineFolder(eventFolder());
  const all = timelinesIn(folder);
  const wanted = all.filter(({ type }) => values.type === undefined || type === values.type);
  if (wanted.length === 0)
    throw new ConfigError(`${folder} has no ${values.type ?? '<type>'}.timeline.json: npm run new writes one`);
  return wanted;
}

async function played(wanted: readonly Timeline[]): Promise<Check[]> {
  const { projections: declared } = await loadEventFolder();
  const stage = values.stage ?? process.env.STAGE;
  const { stores, close } = openStores({ ...process.env, STAGE: stage }, progressLog(console.error));
  try {
    return await playAll(wanted, { caller: callerOf({ api, ...(key && { key }) }), seconds, declared, ...stores });
  } finally {
    await close();
  }
}
