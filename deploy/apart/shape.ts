import { Worker } from 'node:worker_threads';
import type { Catalogue } from '../../lib/core/catalogue.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { DefinitionError } from '../../lib/sdk/errors.ts';
import { type EventFolder, eventFolder } from '../event-folder.ts';
import type { Derived } from '../template.ts';
import { placeOf } from './place.ts';

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

/** An event file and what it imports run here for the first time: one that does not end must not keep the stack. */
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
 * @param ms so long each may take
 * @throws DefinitionError with one line that names the file where it is known; ConfigError as eventFolder
 */
export async function checkEventFiles(events: EventFolder = eventFolder(), ms: number = LOAD_MS): Promise<void> {
  await ask({ events }, ms);
}

/**
 * Everything is judged when the thread has ended: only then has all been heard that it said. What it throws and what it says come on
 * two ports, either of which may be the faster.
 */
async function ask(question: ShapeQuestion, ms: number): Promise<Shape | undefined> {
  const thread = new Worker(new URL('./shape-thread.ts', import.meta.url), { workerData: question });
  const { promise: end, resolve: ended } = Promise.withResolvers<number>();
  let loading: string | undefined;
  let answer: ShapeAnswer | undefined;
  let thrown: { cause: unknown } | undefined;
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const stopIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      late = true;
      void thread.terminate();
    }, ms);
  };
  thread.on('message', (message: ShapeMessage) => {
    if ('loading' in message) {
      loading = message.loading;
      return stopIn(ms);
    }
    answer = message;
    void thread.terminate();
  });
  thread.on('error', (cause) => {
    thrown ??= { cause };
  });
  thread.on('exit', ended);
  const code = await end;
  clearTimeout(timer);
  const file = loading ?? 'event files';
  if (answer && 'shape' in answer) return answer.shape;
  if (answer) throw new DefinitionError(answer.fault);
  if (thrown)
    throw new DefinitionError(`${throwerOf(thrown.cause, file)} cannot be loaded: ${messageOf(thrown.cause)}`, thrown);
  if (late) throw new DefinitionError(`${file} did not load within ${ms / 1000} s`);
  throw new DefinitionError(`${file} ${endedWith(code)}`);
}

/** What nobody caught may be of a file that had been loaded before: its stack knows better than what is loading. */
function throwerOf(cause: unknown, loading: string): string {
  const place = placeOf(cause);
  return place ? `${place.file}${place.at}` : loading;
}

const endedWith = (code: number): string =>
  code === NEVER_COMES
    ? 'cannot be loaded: what it awaits at its top level never comes'
    : `cannot be loaded: the process ends when it is (process.exit, code ${code})`;
