/** Starts a function's process, says its id, and waits to be killed. Argument: the event to run it with. */
import { fileURLToPath } from 'node:url';
import { startPool } from '../../../../../local/stack/function-process/pool.ts';
import { startReaper } from '../../../../../local/stack/reaper.ts';

const spec = {
  name: 'sluice-local-test',
  file: fileURLToPath(new URL('./obedient.mjs', import.meta.url)),
  exportName: 'handler',
  timeoutSeconds: 60,
  memoryMb: 128,
  region: 'eu-central-1',
  environment: {},
};
const reaper = startReaper();
const options = { processes: 1, invocationsEach: 1, output: () => undefined, watch: reaper.watch };
const pool = startPool(spec, options);
console.log(JSON.stringify(await pool.invoke({})));
await pool.invoke(JSON.parse(process.argv[2] ?? '{}'));
