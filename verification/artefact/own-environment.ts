import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FunctionError } from '../../local/stack/function-process/protocol.ts';
import { arnOf, type Environment, INIT_MS, type StartEnvironment, timedOut, variablesOf } from './environment.ts';
import { startRuntimeApi } from './runtime-api.ts';

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));

/** Starts an environment on a Runtime API of this process. */
export const startOwnEnvironment: StartEnvironment = async (spec): Promise<Environment> => {
  const { function: one, account, folder, output, watch } = spec;
  const api = await startRuntimeApi();
  const begun = performance.now();
  const child = spawn(process.execPath, [bootstrap], {
    cwd: folder,
    env: { ...variablesOf(spec), AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', output);
  const failed = (errorType: string, errorMessage: string) =>
    api.gone(new FunctionError({ errorType, errorMessage, trace: [] }));
  child.on('error', ({ message }) => failed('Runtime.ExitError', message));
  const gone = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      unwatch();
      failed('Runtime.ExitError', `the process ended (${signal ?? `code ${code}`}) before it answered`);
      api.close();
      resolve();
    });
  });
  const loading = setTimeout(() => {
    failed('Sandbox.Timedout', `the function was not loaded within ${INIT_MS / 1000} s`);
    child.kill('SIGKILL');
  }, INIT_MS);
  const started = api.initialized.then(() => performance.now() - begun).finally(() => clearTimeout(loading));
  // Whoever invokes hears it.
  started.catch(() => {});

  const freeze = async (): Promise<void> => {
    await Promise.race([api.idle(), gone]);
    child.kill('SIGSTOP');
  };
  return {
    started,
    async invoke(event) {
      child.kill('SIGCONT');
      await started;
      const timer = setTimeout(() => {
        api.gone(new FunctionError(timedOut(one)));
        child.kill('SIGKILL');
      }, one.timeoutSeconds * 1000);
      try {
        const deadline = Date.now() + one.timeoutSeconds * 1000;
        const answer = await api.invoke(event, { arn: arnOf(one, account), deadline });
        return { answer, frozen: freeze() };
      } finally {
        clearTimeout(timer);
      }
    },
    async end() {
      child.kill('SIGKILL');
      await gone;
    },
  };
};
