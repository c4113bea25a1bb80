import type { ShownAttempt as Attempt, Status } from '../lib/core/outcome.ts';
import type { TypedEventDefinition } from '../lib/sdk/definition.ts';
import type { Scalar } from '../lib/sdk/event.ts';

export type { Status };

/** Any event type; what a client may send when it was not told the definitions. */
export type AnyDefinition = TypedEventDefinition<string, unknown>;

/**
 * An event as it is sent, derived from the definitions themselves, so that a new event type needs no word in here:
 *
 *     import type cartAbandoned from '../functions/events/cart.abandoned.ts';
 *     import type cartFilled from '../functions/events/cart.filled.ts';
 *     const client = createClient<typeof cartAbandoned | typeof cartFilled>({ baseUrl });
 *
 * The imports are types only and leave nothing in a bundle.
 */
export type EventInput<Definition extends AnyDefinition = AnyDefinition> =
  Definition extends TypedEventDefinition<infer Type, infer Data>
    ? {
        type: Type;
        data: Data;
        /** 1-256 characters; a UUIDv7 when absent. Whoever repeats a call with the same event must give the same id. */
        id?: string | undefined;
        source?: string | undefined;
        subject?: string | undefined;
        /** RFC 3339; the time of receipt when absent. */
        time?: string | undefined;
        dataschema?: string | undefined;
        partitionkey?: string | undefined;
        expirytime?: string | undefined;
        /** CloudEvents extension attributes: `[a-z0-9]{1,64}`. */
        extensions?: Readonly<Record<string, Scalar>> | undefined;
      }
    : never;

/** RFC 9457, as every error of the API; `code` is stable. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  retryable: boolean;
  errors?: readonly { pointer: string; detail: string }[];
}

/** The answer to one accepted event: the queue holds it. */
export interface Receipt {
  id: string;
  source: string;
  type: string;
  status: Status;
  duplicate: boolean;
  links: { self: string };
}

/** An event as `GET /events/{id}` answers it; extension attributes stand beside these. */
export interface StoredEvent {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  dataschema?: string;
  recordedtime: string;
  /** When it settled; of events that are followed. */
  settledtime?: string;
  status: Status;
  attempts: Attempt[];
  /**
   * While it is not settled, as far as it is known: when it is looked at again, and why not sooner. Never in a list. `code` is there where a
   * handler asked to be run again later at no cost of an attempt.
   */
  next?: {
    at: string | null;
    why: 'retry' | 'outage' | 'setup-missing' | 'settings-missing' | 'newer-version';
    code?: string;
  };
  data?: unknown;
  result?: unknown;
  rejection?: { reason: string };
  failure?: { id: string; cause: string };
  /** `failure` stays where the event was replayed. */
  links: { self: string; failure?: string };
}

/** What became of one event of an array, in the order sent. */
export type ItemResult =
  | { index: number; id: string; source: string; type: string; status: Status; duplicate: boolean }
  | { index: number; id: string; problem: Problem };

/** What `GET /events` takes; newest first. */
export interface ListFilter {
  type?: string | undefined;
  status?: Exclude<Status, 'accepted'> | undefined;
  /** RFC 3339, inclusive. */
  since?: string | undefined;
  /** RFC 3339, exclusive. */
  until?: string | undefined;
}

/** Which final events to follow. */
export interface FollowFilter {
  type?: string | undefined;
  status?: Exclude<Status, 'accepted' | 'retrying'> | undefined;
  /** RFC 3339, by `settledtime`, inclusive; from now when absent, with what settled in the last minute. */
  since?: string | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}
