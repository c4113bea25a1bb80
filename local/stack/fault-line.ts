import { inspect } from 'node:util';
import { messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';

/** Of a fault that a person can mend one line, of any other all there is. */
export const faultLine = (error: unknown): string =>
  error instanceof SluiceError || isOfFile(error) ? messageOf(error) : inspect(error);

/** A file or folder cannot be read or written; the message names it: `ENOTDIR: not a directory, mkdir '/x/dist/ingest'`. */
const isOfFile = (error: unknown): error is Error => error instanceof Error && 'syscall' in error && 'path' in error;
