import { SluiceError } from '../sdk/errors.ts';

/** A handler has written or read a projection as it is not to be. */
export class ProjectionError extends SluiceError {
  constructor(projection: string, message: string) {
    super('projection-misused', `projection ${projection}: ${message}`);
  }
}
