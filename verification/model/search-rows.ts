import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Found } from './checker/model.ts';
import type { Result, Row } from './rows/row.ts';

/** From a thread: a search, and the seconds of a processor that it took. */
export interface Answer {
  found: Found;
  seconds: number;
}

/**
 * Searches all rows, as many at once as the machine has processors.
 * @param onResult is called as each ends
 * @returns one result per row, in their order
 * @throws what a thread throws
 */
export async function searchRows(
  rows: readonly Row[],
  onResult: (row: Row, result: Result) => void = () => undefined,
): Promise<Result[]> {
  const results = new Map<Row, Result>();
  const todo = rows.values();
  const workers = Array.from({ length: Math.min(availableParallelism(), rows.length) }, async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (const row of todo) {
        const { found, seconds } = await ask(worker, row);
        const result = { ...found, seconds };
        results.set(row, result);
        onResult(row, result);
      }
    } finally {
      await worker.terminate();
    }
  });
  await Promise.all(workers);
  return rows.map((row) => {
    const result = results.get(row);
    if (!result) throw new Error(`no result of: ${row.what}`);
    return result;
  });
}

function ask(worker: Worker, { setup }: Row): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread of the model ended with code ${code}`)));
    worker.postMessage(setup);
  });
}
