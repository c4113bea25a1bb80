import type { Document } from 'mongodb';
import type { Collection } from './collection.ts';
import type { DocumentOf } from './declarations.ts';
import type { Event } from './event.ts';
import type { Log } from './log.ts';
import type { ProjectionReader, ProjectionRecorder } from './projection.ts';
import type { Env } from './settings.ts';

/** Collections of the documents that their declarations name. */
export interface DeclaredCollections<Declared> {
  collection<Name extends Extract<keyof Declared, string>>(name: Name): Collection<DocumentOf<Declared[Name]>>;
}

interface BaseContext<Collections extends string, Settings> {
  /** A collection that the definition declares, of documents that the handler names. */
  collection<Doc extends Document>(name: Collections): Collection<Doc>;
  readonly redis: ProjectionReader;
  /** The settings that the definition declares; frozen. */
  readonly env: Settings;
  readonly log: Log;
  /** Aborts before the function's time is up. */
  readonly signal: AbortSignal;
}

export interface Context<Collections extends string = string, Projections extends string = string, Settings = Env>
  extends BaseContext<Collections, Settings> {
  project(name: Projections): ProjectionRecorder;
  /** One more than the attempts that are counted for this event (of this replay): what came back at no cost is none. */
  readonly attempt: number;
  /**
   * What a service outside is to know the effect of this event by, so that it happens once there too: 43 characters of
   * `[A-Za-z0-9_-]`, the same in every run, attempt and replay of this event, and of no other. A replay with edited data is a
   * new event and has another one: where that must not happen twice either, the service needs a key that is made of data.
   */
  readonly idempotencyKey: string;
  /**
   * The trace of whoever sent or replayed the event, to be handed on as it is (W3C Trace Context); undefined where there is none.
   * Where the stage takes spans it is that of this run's.
   */
  readonly traceparent: string | undefined;
}

export interface BatchContext<Collections extends string = string, Projections extends string = string, Settings = Env>
  extends BaseContext<Collections, Settings> {
  /** Projections stay per event, so that each is applied once whatever batch it comes in. */
  project(name: Projections, event: Event): ProjectionRecorder;
  /** As `idempotencyKey` of a single event; whatever batch it comes in. */
  idempotencyKey(event: Event): string;
  /** As `traceparent` of a single event. */
  traceparent(event: Event): string | undefined;
}
