import { basename } from 'node:path';

/** A frame of an error's stack: `at handle (/project/functions/events/cart.abandoned.ts:21:11)`. */
const FRAME = /^\s*at .*?(?<file>[^\s()]+\.ts):(?<line>\d+):\d+\)?$/;

/**
 * Where in the code of a handler an error was thrown: the first frame that is neither ours nor a package's.
 * @param stack with the positions of sources
 * @returns `cart.abandoned.ts:21`; undefined where no frame is the handler's
 */
export function placeIn(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const { file = '', line: number } = FRAME.exec(line)?.groups ?? {};
    if (file !== '' && !isOurs(file)) return `${basename(file)}:${number}`;
  }
  return undefined;
}

/** lib/ of this project, wherever that lies; or a package. */
const isOurs = (file: string): boolean =>
  /[\\/]node_modules[\\/]/.test(file) ||
  /(^|[\\/])lib[\\/](adapters|consume|core|projections|sdk|wiring)[\\/]/.test(file);
