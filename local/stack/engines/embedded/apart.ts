import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HEAP_OPTIONS } from '../../heap-options.ts';
import type { Reaper } from '../../reaper.ts';
import { EngineError } from '../engine-error.ts';
import type { EngineName, StartEmbedded } from './embedded.ts';
import type { EngineAnswers, EngineMessage, EngineQuestion, Numbered } from './questions.ts';

export interface ApartOptions {
  watch: Reaper['watch'];
  /** Hears that a process has ended that nobody has told to. */
  died(fault: EngineError): void;
}

const TITLES: Readonly<Record<EngineName, string>> = { mongo: 'MongoDB', redis: 'Redis', sqs: 'SQS' };
const END_MS = 3000;
const program = fileURLToPath(new URL('./engine-process.ts', import.meta.url));

/** Starts each embedded engine in a process of its own, which ends when this one does. */
export const startApart =
  ({ watch, died }: ApartOptions): StartEmbedded =>
  async (name, region) => {
    const child = fork(program, [name, region], {
      // A process group of its own: Ctrl-C is for this process, which then stops its engines in order.
      detached: true,
      execArgv: [...HEAP_OPTIONS],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
    const gone = endOf(child, TITLES[name]);
    void gone.then(unwatch);
    const address = await untilListening(child, gone, TITLES[name]);
    let told = false;
    void gone.then((fault) => told || died(fault));
    const ask = questionsTo(child, gone);
    return {
      address,
      changes: () => ask({ ask: 'changes' }),
      save: async (file) => void (await ask({ ask: 'save', file })),
      restore: (file) => ask({ ask: 'restore', file }),
      memory: () => ask({ ask: 'memory' }),
      ...(name === 'mongo' && { away: async (ms: number) => void (await ask({ ask: 'away', ms })) }),
      async stop() {
        told = true;
        // It hears that, and leaves what Node has compiled to the next start.
        if (child.connected) child.disconnect();
        const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
        await gone;
        clearTimeout(timer);
      },
    };
  };

/** Resolves, when it has ended, with what an error of it says. */
function endOf(child: ChildProcess, title: string): Promise<EngineError> {
  let fault = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    fault ||= /^.*error.*$/im.exec(chunk.toString())?.[0] ?? '';
  });
  return once(child, 'exit').then(
    ([code, signal]) =>
      new EngineError(`the embedded ${title} has ended with ${signal ?? code}${fault && `: ${fault}`}`),
  );
}

async function untilListening(child: ChildProcess, gone: Promise<EngineError>, title: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once('message', (message: EngineMessage) => {
    if (message.kind === 'listening') resolve(message.address);
    else if (message.kind === 'fault') reject(new EngineError(`the embedded ${title} does not start: ${message.line}`));
  });
  void gone.then(reject);
  return promise;
}

/** @returns asks; rejects with an EngineError when the process has ended or says why it cannot */
function questionsTo(child: ChildProcess, gone: Promise<EngineError>) {
  const waiting = new Map<number, (message: EngineMessage) => void>();
  let last = 0;
  child.on('message', (message: EngineMessage) => {
    if ('id' in message) waiting.get(message.id)?.(message);
  });
  return async <Ask extends EngineQuestion['ask']>(
    question: Extract<EngineQuestion, { ask: Ask }>,
  ): Promise<EngineAnswers[Ask]> => {
    const id = ++last;
    const { promise, resolve, reject } = Promise.withResolvers<EngineAnswers[Ask]>();
    waiting.set(id, (message) => {
      if (message.kind === 'answer') resolve(message.answer as EngineAnswers[Ask]);
      else if (message.kind === 'refusal') reject(new EngineError(message.line));
    });
    void gone.then(reject);
    const numbered: Numbered = { ...question, id };
    // What cannot be sent any more is told by the end of the process.
    child.send(numbered, () => {});
    return promise.finally(() => waiting.delete(id));
  };
}
