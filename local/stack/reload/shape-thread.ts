/** See shape.ts. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import { derive } from '../../../deploy/template.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import type { ShapeMessage } from './shape.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

async function read(): Promise<ShapeMessage> {
  try {
    const catalogue = await loadEventFolder();
    const { functions, resources } = await derive(workerData, catalogue);
    return { shape: { functions, resources, collections: catalogue.collections } };
  } catch (error) {
    return { fault: placed(messageOf(error), error) };
  }
}

/** `functions/events/cart.abandoned.ts:12:3 cannot be loaded: …`, where a file threw that when it was loaded. */
function placed(message: string, error: unknown): string {
  const stack = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
  const [, url, place] = /(file:\S+\.ts)(:\d+:\d+)/.exec(stack?.split(/node_modules/)[0] ?? '') ?? [];
  if (!url) return message;
  const file = relative(project, fileURLToPath(url));
  return message.startsWith(file) ? message.replace(file, `${file}${place}`) : `${file}${place}: ${message}`;
}

parentPort?.postMessage(await read());
