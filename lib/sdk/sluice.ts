/**
 * What the author of an event file sees, as `#sluice`: the one face of Sluice, and the only file that passes on what it imports.
 * Schemas are zod's own, so that every example of its documentation holds: docs/decisions/0013.
 */
export type { Collection, Filter } from './collection.ts';
export type { BatchContext, Context } from './context.ts';
export type { CollectionDeclaration, ProjectionDeclaration, QueueOptions, RetryOptions } from './declarations.ts';
export { defineCollection } from './define-collection.ts';
export { defineEvent } from './define-event.ts';
export { DuplicateKeyError, PermanentError, RetryLaterError } from './errors.ts';
export type { Event, Scalar } from './event.ts';
export type { Log } from './log.ts';
export type { OlderData } from './older-data.ts';
export { olderData } from './older-data.ts';
export type { Permission } from './permissions.ts';
export type { ProjectionReader, ProjectionRecorder } from './projection.ts';
export type { Result } from './result.ts';
export { Rejected, rejected } from './result.ts';
export type { Secret } from './settings.ts';
export { secret } from './settings.ts';
