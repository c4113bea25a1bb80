import { Worker } from 'node:worker_threads';
import { type EventFolder, eventFolder } from '../../../deploy/event-folder.ts';
import type { Derived } from '../../../deploy/template.ts';
import type { Catalogue } from '../../../lib/core/catalogue.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';

/** What is deployed and created for the sources as they are, beside the code of functions. */
export interface Shape extends Pick<Derived, 'functions' | 'resources'> {
  collections: Catalogue['collections'];
}

/** What the thread is told. */
export interface ShapeQuestion {
  events: EventFolder;
  /** `custom.sluice` of serverless.yml; absent: event files are loaded, and nothing is made of them. */
  derive?: { settings: unknown };
}

/** What the thread says: for each event file, before and after, that it loads it; then how it ended. */
export type ShapeMessage = { loading: string | undefined } | ShapeAnswer;
type ShapeAnswer = { shape: Shape | undefined } | { fault: string };

/** Event files and what they import run here for the first time: one that does not end must not keep the stack. */
const LOAD_MS = 10_000;
/** With what the thread ends, as Node would, when there is nothing more to do and something is still awaited. */
export const NEVER_COMES = 13;

/**
 * Reads the sources anew, in a thread of their own, because a process keeps what it has imported.
 * @param settings `custom.sluice` of serverless.yml
 * @throws DefinitionError with one line: what is wrong with an event file
 */
export async function readShape(settings: unknown): Promise<Shape> {
  const shape = await ask({ events: eventFolder(), derive: { settings } }, LOAD_MS);
  if (!shape) throw new Error('the thread was asked for a shape and has none');
  return shape;
}

/**
 * Loads all event files once, in a thread of its own: what one does when it is loaded (it waits for ever, or ends its process) happens to
 * the thread alone.
 * @param ms so long it may take
 * @throws DefinitionError with one line that names the file where it is known; ConfigError as eventFolder
 */
export async function checkEventFiles(events: EventFolder = eventFolder(), ms: number = LOAD_MS): Promise<void> {
  await ask({ events }, ms);
}

async function ask(question: ShapeQuestion, ms: number): Promise<Shape | undefined> {
  const thread = new Worker(new URL('./shape-thread.ts', import.meta.url), { workerData: question });
  const { promise, resolve, reject } = Promise.withResolvers<ShapeAnswer>();
  let loading: string | undefined;
  const refuse = (why: string, cause?: unknown) =>
    reject(new DefinitionError(`${loading ?? 'event files'} ${why}`, { cause }));
  thread.on('message', (message: ShapeMessage) => {
    if ('loading' in message) loading = message.loading;
    else resolve(message);
  });
  thread.on('error', (cause) => refuse(`cannot be loaded: ${messageOf(cause)}`, cause));
  thread.on('exit', (code) => refuse(endedWith(code)));
  const timer = setTimeout(() => refuse(`did not load within ${ms / 1000} s`), ms);
  try {
    const answer = await promise;
    if ('fault' in answer) throw new DefinitionError(answer.fault);
    return answer.shape;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

const endedWith = (code: number): string =>
  code === NEVER_COMES
    ? 'cannot be loaded: what it awaits at its top level never comes'
    : `cannot be loaded: the process ends when it is (process.exit, code ${code})`;
