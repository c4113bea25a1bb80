/** `npm run artefact`: packages the stages that are named, once, into one folder. */
import { join } from 'node:path';
import { messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { readOptions, refuse } from '../command-line.ts';
import { buildTime } from '../definition-builds.ts';
import { refuseLocalStage } from '../deployable-stage.ts';
import { table } from '../table.ts';
import { ask, framework, run } from './framework.ts';
import { makeArtefact } from './made-artefact.ts';

const SCRIPT = 'npm run artefact';
const root = join(import.meta.dirname, '../..');
const { values, positionals: stages } = readOptions(SCRIPT, {
  allowPositionals: true,
  options: { to: { type: 'string', default: '.artefact' } },
});
if (stages.length === 0) refuse(SCRIPT, 'name the stages');

try {
  refuseLocalStage(stages);
  const said = async (...args: string[]) => (await ask(['git', ...args])).trim();
  const commit = await said('rev-parse', 'HEAD');
  // All stages are one build, which the code in the zips says of itself.
  const seconds = process.env.SLUICE_BUILD_TIME || (await said('log', '-1', '--format=%ct'));
  const builtAt = buildTime({ SLUICE_BUILD_TIME: seconds }, Date.now());
  const made = await makeArtefact({ stages, commit, builtAt, to: values.to }, async (stage) => {
    await run(framework('package', '--stage', stage), { SLUICE_BUILD_TIME: seconds });
    return join(root, '.serverless');
  });
  console.log(table(Object.entries(made.zips).map(([name, hash]) => [name, hash])));
  console.log(`\n${values.to}: ${Object.keys(made.stages).join(', ')}, commit ${commit}, built at ${builtAt}`);
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}
