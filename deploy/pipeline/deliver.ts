/** `npm run deliver`: deploys a stage of an artefact, asks it whether it does what it is for, and goes back where it does not. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { readOptions, refuse } from '../command-line.ts';
import { refuseLocalStage } from '../deployable-stage.ts';
import { serviceNameHere } from '../service-name.ts';
import { awsWith, stackOf } from './aws.ts';
import { credentialsOf } from './credentials.ts';
import { deliver, packagedAtIn, type Stage } from './deliver-stage.ts';
import { ask, ours, run, type Variables } from './framework.ts';
import { stackName } from './import-left.ts';
import { packageOf } from './made-artefact.ts';
import { stageInAws } from './stage-in-aws.ts';

const SCRIPT = 'npm run deliver';
const { env } = process;
const { values } = readOptions(SCRIPT, {
  options: {
    stage: { type: 'string', default: env.STAGE ?? '' },
    artefact: { type: 'string', default: '.artefact' },
    earlier: { type: 'boolean', default: false },
    timelines: { type: 'boolean', default: false },
    leave: { type: 'string', multiple: true, default: [] },
    'dry-run': { type: 'boolean', default: false },
  },
});
const { stage: name, artefact } = values;
if (name === '') refuse(SCRIPT, 'name the stage with --stage');
const say = (line: string) => console.log(`== ${line}`);

try {
  refuseLocalStage([name]);
  const folder = join(artefact, 'package');
  const made = packageOf(artefact, name, folder);
  say(`${name}: ${Object.keys(made.zips).length} zips as they were made of commit ${made.commit}`);
  const wanted = { name, folder, packagedAt: packagedAtHere(folder), earlier: values.earlier, leave: values.leave };
  if (values['dry-run']) say(`${name}: nothing is deployed (--dry-run)`);
  else process.exitCode = (await deliver(wanted, await stageIn(), say)) === 'delivered' ? 0 : 1;
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}

/** @throws ConfigError where the framework named its folder in another way */
function packagedAtHere(folder: string): number {
  const state = z.object({ package: z.object({ artifactDirectoryName: z.string() }) });
  const text = readFileSync(join(folder, 'serverless-state.json'), 'utf8');
  const path = state.parse(JSON.parse(text)).package.artifactDirectoryName;
  const packagedAt = packagedAtIn(path);
  if (packagedAt === undefined) throw new ConfigError(`${folder}: the framework calls its folder ${path}`);
  return packagedAt;
}

/** The stage in AWS, by the credentials of this environment. */
async function stageIn(): Promise<Stage> {
  const region = env.AWS_REGION || 'eu-central-1';
  const credentials = await credentialsOf(env, region, fetch);
  const aws = awsWith(credentials);
  const named = { service: serviceNameHere(), stage: name };
  const stack = stackName(named);
  let key: Variables | undefined;
  return {
    ...stageInAws(aws, named, { ...credentials, AWS_REGION: region }),
    async prepare() {
      checkKey();
    },
    async smoke() {
      const outputs = (await stackOf(aws, stack))?.Outputs ?? [];
      const address = outputs.find(({ OutputKey }) => OutputKey === 'HttpApiUrl')?.OutputValue;
      if (address === undefined) {
        say(`${name}: stack ${stack} has no address (HttpApiUrl)`);
        return false;
      }
      if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `address=${address}\n`);
      // What keeps keys is there when the stage was deployed.
      key ??= await smokeKey();
      return passes(address, key);
    },
  };
}

async function passes(address: string, key: Variables): Promise<boolean> {
  try {
    await run(ours('local/commands/smoke.ts', '--url', address), key);
    if (values.timelines) await run(ours('local/commands/test-stage.ts', '--url', address, '--stage', name), key);
    return true;
  } catch (error) {
    console.error(messageOf(error));
    return false;
  }
}

/** @throws ConfigError before anything is deployed: a stage that cannot be asked would be gone back from */
function checkKey(): void {
  const { SLUICE_KEY, MONGODB_URI, REDIS_URL } = env;
  if (SLUICE_KEY || (MONGODB_URI && REDIS_URL)) return;
  throw new ConfigError('SLUICE_KEY is not set: the checks after a deployment need a key of the stage (npm run keys)');
}

/** @returns that of the environment, or one for an hour where the databases are to be reached from here */
async function smokeKey(): Promise<Variables> {
  const { SLUICE_KEY } = env;
  if (SLUICE_KEY) return { SLUICE_KEY };
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const of = ['--name', 'smoke', '--tenant', 'smoke', '--scopes', 'operate', '--expires', expires];
  const answer = await ask(ours('deploy/keys.ts', 'create', ...of, '--json'), { STAGE: name });
  return { SLUICE_KEY: z.object({ key: z.string() }).parse(JSON.parse(answer)).key };
}
