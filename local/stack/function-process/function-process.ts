import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { UsedMemory } from '../../commands/memory/used.ts';
import { HEAP_OPTIONS } from '../heap-options.ts';
import { environmentOf, type FunctionSpec } from './environment.ts';
import { type AskMemory, FunctionError, type Invoke, type Report } from './protocol.ts';

/** Lambda gives a function 10 s to load; a laptop with all its cores busy gets twice that. */
const LOAD_MS = 20_000;

const runtime = fileURLToPath(new URL('./runtime.ts', import.meta.url));

export interface FunctionProcess {
  /** @throws FunctionError when the function throws, takes longer than its timeout (which ends the process), or the process dies */
  invoke(event: unknown): Promise<unknown>;
  /** Invocations under way. */
  busy(): number;
  /** Whether it takes invocations; a process that is being ended takes none. */
  open(): boolean;
  /** What it uses; undefined when it ends before it answers. */
  memory(): Promise<UsedMemory | undefined>;
  /** Ends it at once. Resolves when it is gone. */
  end(): Promise<void>;
  /** Resolves when it has loaded its function, or is gone. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

export interface ProcessOptions {
  /** One line that the function wrote. @param isFault on its standard error */
  output(line: string, isFault: boolean): void;
  /** Hears the process's id, so that it is ended even if this process is killed. */
  watch(pid: number): () => void;
  /** Where a debugger finds the process, on the loopback interface; it may then take its time to load. */
  inspectPort?: number | undefined;
}

/** Starts one execution environment: a process of its own, as Lambda gives each. */
export function startProcess(spec: FunctionSpec, { output, watch, inspectPort }: ProcessOptions): FunctionProcess {
  const child = fork(runtime, [spec.file, spec.exportName, spec.callers ?? 'need a key'], {
    env: { ...environmentOf(spec), ...compileCache() },
    execArgv: [...HEAP_OPTIONS, ...(inspectPort === undefined ? [] : inspectedAt(inspectPort))],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface(stream).on('line', (line) => output(line, stream === child.stderr));

  let open = true;
  const kill = () => {
    open = false;
    child.kill('SIGKILL');
  };
  const waiting = new Map<string, { resolve(answer: unknown): void; reject(error: FunctionError): void }>();
  const failAll = (errorType: string, errorMessage: string, trace: string[] = []) => {
    for (const { reject } of waiting.values()) reject(new FunctionError({ errorType, errorMessage, trace }));
    waiting.clear();
  };
  const measuring: ((used: UsedMemory | undefined) => void)[] = [];
  const measured = (used: UsedMemory | undefined) => {
    for (const resolve of measuring.splice(0)) resolve(used);
  };
  const ready = Promise.withResolvers<void>();
  const notLoaded = () => {
    failAll('Sandbox.Timedout', `the function was not loaded within ${LOAD_MS / 1000} s`);
    kill();
  };
  const loading = inspectPort === undefined ? setTimeout(notLoaded, LOAD_MS) : undefined;
  child.on('message', (message) => {
    const report = message as Report;
    if (report.kind === 'ready') {
      clearTimeout(loading);
      return ready.resolve();
    }
    if (report.kind === 'broken') {
      failAll(report.error.errorType, report.error.errorMessage, report.error.trace);
      return kill();
    }
    if (report.kind === 'memory') return measured(report.used);
    const one = waiting.get(report.id);
    waiting.delete(report.id);
    if (report.kind === 'answer') return one?.resolve(report.answer);
    return one?.reject(new FunctionError(report.error));
  });
  child.on('error', ({ message }) => failAll('Runtime.ExitError', message));
  const gone = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      open = false;
      clearTimeout(loading);
      unwatch();
      failAll('Runtime.ExitError', `the process ended (${signal ?? `code ${code}`}) before it answered`);
      measured(undefined);
      ready.resolve();
      resolve();
    });
  });

  return {
    busy: () => waiting.size,
    open: () => open,
    ready: ready.promise,
    gone,
    async memory() {
      await ready.promise;
      if (!child.connected) return undefined;
      const answered = new Promise<UsedMemory | undefined>((resolve) => measuring.push(resolve));
      send(child, { ask: 'memory' });
      return answered;
    },
    async end() {
      kill();
      await gone;
    },
    invoke(event) {
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(id, { resolve, reject });
      let timer: NodeJS.Timeout | undefined;
      const outOfTime = () => {
        failAll('Sandbox.Timedout', `Task timed out after ${spec.timeoutSeconds}.00 seconds`);
        kill();
      };
      // The function's time runs from here on; loading has its own.
      void ready.promise.then(() => {
        if (!waiting.has(id)) return;
        timer = setTimeout(outOfTime, spec.timeoutSeconds * 1000);
        send(child, invocation(spec, id, event));
      });
      return promise.finally(() => clearTimeout(timer));
    },
  };
}

/** What Node compiled of a function, and of what runs it, is for its next process: half the work of a start, a fifth of its memory. */
function compileCache(): Record<string, string> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** Where that is has been told: it is not said on stderr for each process again. */
const inspectedAt = (port: number): string[] => [`--inspect=127.0.0.1:${port}`, '--inspect-publish-uid=http'];

const invocation = (spec: FunctionSpec, id: string, event: unknown): Invoke => ({
  id,
  event,
  deadline: Date.now() + spec.timeoutSeconds * 1000,
  context: {
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${spec.region}:000000000000:function:${spec.name}`,
    memoryLimitInMB: String(spec.memoryMb),
    awsRequestId: id,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: 'local',
  },
});

/** A channel that closed a moment ago is told by `close`, which fails what waits. */
const send = (child: ChildProcess, message: Invoke | AskMemory): void => {
  if (child.connected) child.send(message, () => {});
};
