import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Derived } from '../../../deploy/template.ts';
import type { Catalogue } from '../../../lib/core/catalogue.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';

/** What is deployed and created for the sources as they are, beside the code of functions. */
export interface Shape extends Pick<Derived, 'functions' | 'resources'> {
  collections: Catalogue['collections'];
}

/** What the thread says. */
export type ShapeMessage = { shape: Shape } | { fault: string };

/** Event files and what they import run here for the first time: one that does not end must not keep the stack. */
const LOAD_MS = 10_000;

/**
 * Reads the sources anew, in a thread of their own, because a process keeps what it has imported.
 * @param settings `custom.sluice` of serverless.yml
 * @throws DefinitionError with one line: what is wrong with an event file
 */
export async function readShape(settings: unknown): Promise<Shape> {
  const thread = new Worker(new URL('./shape-thread.ts', import.meta.url), { workerData: settings });
  try {
    const [message] = (await once(thread, 'message', { signal: AbortSignal.timeout(LOAD_MS) })) as [ShapeMessage];
    if ('shape' in message) return message.shape;
    throw new DefinitionError(message.fault);
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'AbortError')) throw cause;
    throw new DefinitionError(`event files were not loaded within ${LOAD_MS / 1000} s`, { cause });
  } finally {
    await thread.terminate();
  }
}
