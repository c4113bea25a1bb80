/** See shape.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadEvent } from '../../lib/core/catalogue.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { loadEventFolder, loaderOf } from '../event-types.ts';
import { placeOf } from './place.ts';
import { NEVER_COMES, type ShapeMessage, type ShapeQuestion } from './shape.ts';

const tell = (message: ShapeMessage): void => parentPort?.postMessage(message);

async function read({ events, derive: wanted }: ShapeQuestion): Promise<ShapeMessage> {
  try {
    const catalogue = await loadEventFolder(
      events,
      oneByOne(loaderOf(events), (type) => tell({ loading: type && `${events.name}/${type}.ts` })),
    );
    if (!wanted) return { shape: undefined };
    const { derive } = await import('../template.ts');
    const { functions, resources } = await derive(wanted.settings, catalogue);
    return { shape: { functions, resources, collections: catalogue.collections } };
  } catch (error) {
    return { fault: placed(messageOf(error), error) };
  }
}

/** The same, and of files that are asked for together only one is loaded at a time, so that it is known which one does not end. */
function oneByOne(load: LoadEvent, loading: (type: string | undefined) => void): LoadEvent {
  let before: Promise<unknown> = Promise.resolve();
  return (type) => {
    const file = before.then(async () => {
      loading(type);
      const loaded = await load(type);
      loading(undefined);
      return loaded;
    });
    before = file.catch(() => {});
    return file;
  };
}

/** `functions/events/cart.abandoned.ts:12:3 cannot be loaded: …`, where a file threw that when it was loaded. */
function placed(message: string, error: unknown): string {
  const place = placeOf(error instanceof Error ? error.cause : undefined);
  if (!place) return message;
  const { file, at } = place;
  return message.startsWith(file) ? message.replace(file, `${file}${at}`) : `${file}${at}: ${message}`;
}

// Not awaited here, of which Node would print a warning of its own.
process.once('beforeExit', () => process.exit(NEVER_COMES));
void read(workerData).then(tell);
