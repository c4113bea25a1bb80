import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { codeOf } from '../../lib/core/errors.ts';
import { freePort } from '../../local/stack/engines/program.ts';
import { FunctionError } from '../../local/stack/function-process/protocol.ts';
import { type Environment, INIT_MS, type StartEnvironment, timedOut, variablesOf } from './environment.ts';
import { reportedIn } from './reported-error.ts';

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));
const PAUSE_MS = 20;
/** As the runtime reports an error, and as the emulator says that time is up: both come with 200, in the place of an answer. */
const reported = z.strictObject({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });
const OUT_OF_TIME = /^Task timed out after \d+\.\d+ seconds$/;

/**
 * Starts environments under AWS's own emulator of the Runtime API, which starts the runtime itself at the first invocation.
 * https://github.com/aws/aws-lambda-runtime-interface-emulator
 * @param program its absolute path
 */
export const emulatedBy =
  (program: string): StartEnvironment =>
  async (spec): Promise<Environment> => {
    const { function: one, folder, output, watch } = spec;
    const [port, apiPort] = [await freePort(), await freePort()];
    const addresses = [
      ...['--runtime-interface-emulator-address', `127.0.0.1:${port}`],
      ...['--runtime-api-address', `127.0.0.1:${apiPort}`, '--log-level', 'error'],
    ];
    const child = spawn(program, [...addresses, process.execPath, bootstrap, one.handler], {
      cwd: folder,
      env: { ...variablesOf(spec), AWS_LAMBDA_FUNCTION_TIMEOUT: String(one.timeoutSeconds) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', output);
    let isGone = false;
    const gone = new Promise<void>((resolve) => {
      const ended = () => {
        isGone = true;
        unwatch();
        resolve();
      };
      child.once('close', ended).once('error', ended);
    });
    /** Frozen, it would not notice that the emulator is gone. */
    const watched = new Map<number, () => void>();
    const watchOnce = (pid: number) => void (watched.has(pid) || watched.set(pid, watch(pid)));
    const signal = (name: NodeJS.Signals) => signalChildren(child.pid, name);
    const failed = (errorType: string, errorMessage: string) =>
      new FunctionError({ errorType, errorMessage, trace: [] });

    /** It listens a moment after it was started. */
    async function post(body: string): Promise<Response> {
      const until = Date.now() + INIT_MS;
      for (;;)
        try {
          return await fetch(`http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`, {
            method: 'POST',
            body,
          });
        } catch (cause) {
          if (isGone || Date.now() > until)
            throw failed('Runtime.ExitError', `the emulator does not answer: ${codeOf(cause)}`);
          await pause(PAUSE_MS);
        }
    }
    return {
      started: Promise.resolve(undefined),
      async invoke(event) {
        signal('SIGCONT');
        const response = await post(JSON.stringify(event));
        for (const one of childrenOf(child.pid)) watchOnce(one);
        const text = await response.text();
        if (OUT_OF_TIME.test(text)) throw new FunctionError(timedOut(one));
        if (!response.ok) throw new FunctionError(reportedIn(text));
        const answer: unknown = JSON.parse(text);
        if (reported.safeParse(answer).success) throw new FunctionError(reportedIn(text));
        // It answers when the runtime has asked for the next invocation.
        signal('SIGSTOP');
        return { answer, frozen: Promise.resolve() };
      },
      async end() {
        signal('SIGKILL');
        child.kill('SIGKILL');
        await gone;
        for (const forget of watched.values()) forget();
      },
    };
  };

/** What the emulator has started; Linux says it: https://docs.kernel.org/filesystems/proc.html (3.7) */
function signalChildren(pid: number | undefined, name: NodeJS.Signals): void {
  for (const one of childrenOf(pid))
    try {
      process.kill(one, name);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
}

function childrenOf(pid: number | undefined): number[] {
  try {
    // Any of its threads may have started it.
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
      .filter(Boolean)
      .map(Number);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
