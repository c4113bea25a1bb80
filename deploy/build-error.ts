import { SluiceError } from '../lib/sdk/errors.ts';

/** The build would deploy something wrong, or nothing. The message is one line for a person. */
export class BuildError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('build-failed', message, options);
  }
}
