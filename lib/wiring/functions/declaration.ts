import type { Config, Need } from '../../core/config.ts';
import type { Renewing } from '../../core/renew.ts';
import type { DocumentedRoutes } from '../../http/api-documents/operation.ts';
import type { Handlers } from '../../http/http-function.ts';
import type { RouteKey, Routes } from '../../http/route.ts';
import type { Limits } from '../../limits/charge.ts';

/** Queues by what is in them; `events` are those of all event types. */
type SharedQueue = 'events' | 'replays' | 'dead-letters' | 'dead-letters.fifo';
/** What a consumer has for itself. */
type OwnQueue = 'own' | 'own-dead-letters';
export type QueueName = SharedQueue | OwnQueue;

/** What a function may do, and with which queues; what it consumes is handed to it, and it may put off when that comes back. */
export type QueueRights<Name extends QueueName = QueueName> = Partial<
  Record<'consume' | 'putOff' | 'publish' | 'deadLetter' | 'ping', readonly Name[]>
>;

interface Declaration {
  /** Of its file in functions/, in its logs, and in camel case of everything that is deployed for it. */
  name: string;
  description: string;
  /** What it reads of its environment, which is all that it gets. */
  needs: readonly Need[];
  /** Of MongoDB: then it may be given a user who may do no more. */
  readsOnly?: true;
  /** Makes collections and indexes of MongoDB: then it may be given a user whom no other function is. */
  setsUp?: true;
}

/** Answers requests. */
export interface HttpFunction extends Declaration {
  kind: 'http';
  queues?: QueueRights<SharedQueue>;
  routes: Routes;
  /** Its handlers take what a request costs themselves, in the flush of something else; others are charged before. */
  chargesItself?: boolean;
}

/** An HTTP function and what openapi.json says of its routes, which the function itself does without. */
export interface DocumentedFunction extends HttpFunction, DocumentedRoutes {}

/** Works off what it consumes. */
export interface QueueFunction extends Declaration {
  kind: 'queue';
  queues: QueueRights<SharedQueue>;
  timeoutSeconds: number;
  batchSize: number;
  /** The most batches at a time. */
  concurrency: number;
}

/** Runs by the clock, not on stage local. */
export interface ScheduledFunction extends Declaration {
  kind: 'scheduled';
  queues?: QueueRights<SharedQueue>;
  everyMinutes: number;
  timeoutSeconds: number;
}

/** Is part of each deployment: CloudFormation waits for it. */
export interface DeploymentFunction extends Declaration {
  kind: 'deployment';
  queues?: QueueRights<SharedQueue>;
  timeoutSeconds: number;
}

/** Is deployed once for each event type, which says how long it may run and in which batches. */
export interface ConsumerFunction extends Declaration {
  kind: 'consumer';
  queues: QueueRights<OwnQueue>;
}

/** Says who calls, before any function that answers requests. */
export interface AuthorizerFunction extends Declaration {
  kind: 'authorizer';
  queues?: QueueRights<SharedQueue>;
  timeoutSeconds: number;
}

/** A function of the service: all that is deployed for it follows from this. */
export type FunctionDeclaration =
  | DocumentedFunction
  | AuthorizerFunction
  | QueueFunction
  | ScheduledFunction
  | DeploymentFunction
  | ConsumerFunction;

export type ConfigOf<Declared extends Declaration> = Config<Declared['needs'][number]> & Renewing;
/** What a function is on the real drivers; `none`: its routes are for anyone, who has no limit. */
export interface Connected<Declared extends HttpFunction> {
  handlers: HandlersOf<Declared>;
  limits: Limits | 'none';
}
export type HandlersOf<Declared extends HttpFunction> = Handlers<Extract<keyof Declared['routes'], RouteKey>>;
