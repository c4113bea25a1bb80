import { MongoServerError } from 'mongodb';

/** AuthenticationFailed, and what Atlas answers in its place. https://www.mongodb.com/docs/manual/reference/error-codes/ */
const AUTHENTICATION_FAILED = 18;
const ATLAS_ERROR = 8000;
const UNAUTHORIZED = 13;

/** Does the server refuse the credentials of a connection? An operation that its user may not do is another matter. */
export const isRefused = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError &&
  (error.code === AUTHENTICATION_FAILED ||
    (error.code === ATLAS_ERROR && error.hasErrorLabel('HandshakeError')) ||
    // Of a connection that stood when its user was dropped.
    (error.code === UNAUTHORIZED && error.message.includes('requires authentication')));
