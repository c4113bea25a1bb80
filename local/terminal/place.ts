import { basename } from 'node:path';

/** A frame of an error's stack: `handle (/project/functions/events/cart.abandoned.ts:21:11)`, or without the function. */
const FRAME = /^.*?(?<file>[^\s()]+\.ts):(?<line>\d+):\d+\)?$/;

/**
 * Where in the code of a handler an error was thrown: the first frame that is neither ours nor a package's.
 * @param stack its frames, with the positions of sources
 * @returns `cart.abandoned.ts:21`; undefined where no frame is the handler's
 */
export function placeIn(stack: readonly unknown[]): string | undefined {
  for (const frame of stack) {
    const { file = '', line: number } = FRAME.exec(String(frame))?.groups ?? {};
    if (file !== '' && !isOurs(file)) return `${basename(file)}:${number}`;
  }
  return undefined;
}

/** lib/ of this project, wherever that lies; or a package. */
const isOurs = (file: string): boolean =>
  /[\\/]node_modules[\\/]/.test(file) ||
  /(^|[\\/])lib[\\/](adapters|consume|core|projections|sdk|wiring)[\\/]/.test(file);
