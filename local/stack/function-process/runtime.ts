/**
 * What runs in a function's process: loads the handler, runs invocations, answers over IPC. It ends when its parent does.
 * Arguments: the module's file, the name of its export, and `need none` where callers need no key.
 */
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { markLocalRuntime } from '../../../lib/core/local-runtime.ts';
import type { AskMemory, Invoke, Report, ReportedError } from './protocol.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const [file = '', exportName = '', callers] = process.argv.slice(2);

// Node has read it when it started. Lambda has no such variable, so a function sees none.
delete process.env.NODE_COMPILE_CACHE;

process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

const report = (message: Report) => process.send?.(message);

const described = (thrown: unknown): ReportedError =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

async function load(): Promise<Handler> {
  markLocalRuntime(callers === 'need none' ? callers : 'need a key');
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  // Now, because its process may be killed at any time.
  flushCompileCache();
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new TypeError(`${file} exports no function ${exportName}`);
  return handler as Handler;
}

async function run(handler: Handler, { id, event, deadline, context }: Invoke): Promise<void> {
  try {
    const answer = await handler(event, {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    report({ kind: 'answer', id, answer: answer ?? null });
  } catch (thrown) {
    report({ kind: 'error', id, error: described(thrown) });
  }
}

async function hear(handler: Handler, message: Invoke | AskMemory): Promise<void> {
  if (!('ask' in message)) return run(handler, message);
  const { usedMemory } = await import('../../commands/memory/used.ts');
  report({ kind: 'memory', used: usedMemory() });
}

load().then(
  (handler) => {
    process.on('message', (message) => void hear(handler, message as Invoke | AskMemory));
    report({ kind: 'ready' });
  },
  (thrown: unknown) => report({ kind: 'broken', error: described(thrown) }),
);
