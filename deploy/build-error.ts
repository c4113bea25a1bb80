import type { Location } from 'esbuild';
import { SluiceError } from '../lib/sdk/errors.ts';

/** The build would deploy something wrong, or nothing. The message is one line for a person. */
export class BuildError extends SluiceError {
  /** Where the sources are at fault, when it is known; `column` counts from 0. */
  readonly location: Location | undefined;

  constructor(message: string, { location, ...options }: { cause?: unknown; location?: Location | undefined } = {}) {
    super('build-failed', message, options);
    this.location = location;
  }
}
