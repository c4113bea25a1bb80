/**
 * `npm run test:emulator`: deploys, changes and removes stages on an emulator of CloudFormation by the programs of the pipeline, and looks after
 * each step. SLUICE_MOTO_PYTHON names a Python that has the emulator. Exits 0 where every step held.
 */
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { startEmulator } from './emulator.ts';
import { startService } from './service.ts';
import { stepsOf } from './steps.ts';

const SCRIPT = 'npm run test:emulator';
readOptions(SCRIPT, { options: {} });
const { SLUICE_MOTO_PYTHON: python } = process.env;
if (!python) refuse(SCRIPT, 'SLUICE_MOTO_PYTHON names no Python that has moto');
endWithNpm();

const emulator = await startEmulator(python);
const secrets = ['prod', 'dev'].flatMap((stage) =>
  ['mongodb-uri', 'redis-url'].map((name) => `sluice/${stage}/${name}`),
);
for (const name of secrets)
  await emulator.aws('secretsmanager', 'create-secret', '--name', name, '--secret-string', 'rediss://example/');
const service = await startService(emulator);
let failed = 0;
try {
  for (const { what, run } of stepsOf(emulator, service)) {
    const begun = performance.now();
    const fault = await run().catch((error: unknown) => messageOf(error));
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${fault === undefined ? 'holds ' : 'FAILED'} ${seconds.padStart(6)} s  ${what}`);
    if (fault === undefined) continue;
    console.error(fault);
    failed += 1;
    break;
  }
} finally {
  service.remove();
  await emulator.stop();
}
process.exitCode = failed === 0 ? 0 : 1;
