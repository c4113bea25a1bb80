import type { ProjectionKind } from '../sdk/projection.ts';
import type { ProjectionCommands } from './projections.ts';

/** What a key of a projection is for. */
export interface ProjectionKeyName {
  tenant: string;
  projection: string;
  generation: string;
  /** A guard is named by its event key, data by the key that the handler chose. */
  use: 'guard' | 'key';
  name: string;
}

/** A tenant's projection that is rebuilt, and its key generations. */
export interface Announcement {
  tenant: string;
  projection: string;
  current: string;
  coming: string;
}

/** A tenant's projection that was found under the keys of the layout before. */
export interface MovedProjection {
  tenant: string;
  projection: string;
  /** How many of its keys are those of the stage now, guards among them. */
  keys: number;
  /** It is where it was, because it has begun under the keys of the stage too: only a rebuild makes one of both. */
  left: boolean;
}

/** What became of keys to carry over. */
export interface Carried {
  /** So many, from the first, were looked at; Redis is not to be kept busy with more at once. */
  done: number;
  copied: number;
  /** Those among them that are too large to be copied. */
  large: readonly string[];
}

/**
 * What a step of a rebuild met: `switched`, another rebuild has finished this generation; `lost`, nobody knows of it any more, because
 * Redis lost what it had acknowledged.
 */
export type Overtaken = 'switched' | 'lost';

/** Of those that are carried over or dropped: nobody else is served meanwhile. */
export const KEYS_AT_ONCE = 500;

/** Key generations, as a rebuild sees them. Calls throw DependencyError. */
export interface GenerationStore {
  /** Announces a coming generation, or joins the one that is announced unless that is too old to be finished, or of another kind. */
  announce(tenant: string, projection: string, kind: ProjectionKind): Promise<Announcement>;
  /**
   * Applies an event to the coming generation alone, once.
   * @param expireAt when each key ends, in epoch ms; a key that is not named stays
   */
  apply(
    to: Announcement,
    eventKey: string,
    commands: ProjectionCommands,
    expireAt: ReadonlyMap<string, number>,
  ): Promise<'applied' | 'refused' | Overtaken>;
  /**
   * Copies keys as they are, with their expiry, to the coming generation, but for those that it has or that are of another kind. From
   * then on consumers write to both.
   * @param keys at most KEYS_AT_ONCE
   * @param kind of what is carried over
   */
  carry(to: Announcement, kind: ProjectionKind, keys: readonly string[]): Promise<Carried | Overtaken>;
  /**
   * Makes the coming generation the current one, in one step with handing it keys that it does not have.
   * @param keys what `carry` found too large
   * @returns how many keys were handed over
   */
  switch(to: Announcement, kind: ProjectionKind, keys: readonly string[]): Promise<number | Overtaken>;
  /** Whether the generation is the current one, or was until another one took its place. */
  standing(of: Announcement): Promise<boolean>;
  /** @returns the live generations, the current one first */
  live(tenant: string, projection: string): Promise<readonly string[]>;
  /** Every key of projections that is there all the time; a key may come twice. */
  scan(projection?: string): AsyncIterable<readonly ProjectionKeyName[]>;
  /** Deletes keys whose generation is not live. @returns how many */
  drop(keys: readonly ProjectionKeyName[]): Promise<number>;
}
