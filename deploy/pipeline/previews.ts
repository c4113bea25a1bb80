/** `npm run previews`: removes the stage of a pull request, or those that were forgotten. */
import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { readOptions, refuse } from '../command-line.ts';
import { serviceNameHere } from '../service-name.ts';
import { table } from '../table.ts';
import { allStacks, awsWith, stackOf } from './aws.ts';
import { credentialsOf } from './credentials.ts';
import { framework, ours, run } from './framework.ts';
import { isPreview, stalePreviews } from './stale-previews.ts';

const SCRIPT = 'npm run previews';
const { env } = process;
const { values, positionals } = readOptions(SCRIPT, {
  allowPositionals: true,
  options: {
    stage: { type: 'string', default: env.STAGE ?? '' },
    hours: { type: 'string', default: '72' },
    remove: { type: 'boolean', default: false },
  },
});
const [action] = positionals;
const hours = Number(values.hours);
const credentials = () => credentialsOf(env, env.AWS_REGION || 'eu-central-1', fetch);
if (!(hours > 0)) refuse(SCRIPT, '--hours must be a number of hours');

try {
  if (action === 'remove') await removed([values.stage]);
  else if (action === 'sweep') await sweep();
  else refuse(SCRIPT, 'say remove or sweep');
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function sweep(): Promise<void> {
  const stale = stalePreviews(await allStacks(awsWith(await credentials())), serviceNameHere(), hours, Date.now());
  if (stale.length === 0) return console.log(`no preview is older than ${hours} h`);
  console.log(table(stale.map(({ stage, hours: age, status }) => [stage, `${Math.round(age)} h`, status])));
  if (values.remove) return removed(stale.map(({ stage }) => stage));
  console.log('nothing is removed: --remove does that');
}

/** Tries each, and names those that stay. @throws ConfigError */
async function removed(stages: readonly string[]): Promise<void> {
  const stay: string[] = [];
  for (const stage of stages)
    try {
      await removeOne(stage);
    } catch (error) {
      console.error(messageOf(error));
      stay.push(stage);
    }
  if (stay.length > 0) throw new ConfigError(`not removed: ${stay.join(', ')}`);
}

async function removeOne(stage: string): Promise<void> {
  if (!isPreview(stage))
    throw new ConfigError(`"${stage}" is no preview (pr and a number): it is not removed from here`);
  const own = await credentials();
  const name = `${serviceNameHere()}-${stage}`;
  if (await stackOf(awsWith(own), name)) await run(framework('remove', '--stage', stage), own);
  else console.log(`${name}: there is no such stack`);
  const database = `${serviceNameHere()}_${stage}`;
  if (env.MONGODB_URI) await run(ours('deploy/database.ts', 'drop', '--force', database), { STAGE: stage });
}
