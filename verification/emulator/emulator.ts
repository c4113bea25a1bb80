import { dirname, join } from 'node:path';
import { ask, type Variables } from '../../deploy/pipeline/framework.ts';
import { startProgram } from '../../local/stack/engines/program.ts';
import { startReaper } from '../../local/stack/reaper.ts';

/** One of which the older command line of AWS has no address of its own for SQS, whatever it is told. */
const REGION = 'eu-south-2';

/** CloudFormation, SQS, S3 and what else a stack is made of, on this machine. */
export interface Emulator {
  /** Of programs that speak to it in place of AWS. */
  env: Variables;
  /** The command line of AWS, as JSON. */
  aws(...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Under load Python takes its time. */
const READY_MS = 60_000;

/**
 * Starts moto's server. https://docs.getmoto.org/en/latest/docs/server_mode.html
 * @param python one that has moto; the command line of AWS may lie beside it
 * @throws ProgramError where it does not answer
 */
export async function startEmulator(python: string): Promise<Emulator> {
  const reaper = startReaper();
  const { port, stop } = await startProgram(
    python,
    (free) => [join(import.meta.dirname, 'moto_that_retains.py'), '-H', '127.0.0.1', '-p', String(free)],
    async (free) => void (await fetch(`http://127.0.0.1:${free}/moto-api/`)),
    reaper.watch,
    READY_MS,
  );
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    PATH: `${dirname(python)}:${process.env.PATH ?? ''}`,
  };
  return {
    env,
    aws: async (...args) => JSON.parse((await ask(['aws', ...args, '--output', 'json'], env)) || 'null'),
    async stop() {
      await stop();
      reaper.stop();
    },
  };
}
