import type { ProjectionDeclaration } from '../../../lib/sdk/declarations.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import type { Caller } from '../../stack/caller.ts';
import type { Journey, Planned } from './plan.ts';

/** What numbers of a domain are, in MongoDB and in Redis, or by how much they must change. */
export type Effects = Record<string, number>;

/** What `examples/<name>/journeys.ts` exports as `example`: what the clients of one domain send. */
export interface Example {
  /** The event types that it sends; where one of them is not declared, it is left out. */
  types: readonly string[];
  journeys(): Journey[];
  effects?: ExampleEffects;
  story?: StoryEvents;
}

/** What the events of a domain leave behind. */
export interface ExampleEffects {
  /** Numbers that are estimates, and may be a little off. */
  estimated: ReadonlySet<string>;
  /** By how much the numbers must change, worked out from what is sent and from nothing else. */
  expected(planned: readonly Planned[]): Effects;
  reader(target: EffectsTarget): EffectsReader;
}

export interface EffectsTarget {
  caller: Caller;
  mongoUri: string;
  database: string;
  redis: { url: string; cluster: boolean; service: string; stage: string };
  projections: Readonly<Record<string, ProjectionDeclaration>>;
  log: Log;
}

export interface EffectsReader {
  /** The numbers as they are now. @throws DependencyError, or what a driver throws, when a database does not answer */
  read(): Promise<Effects>;
  /** What else is worth a line, and what programs get of it. */
  more(): Promise<{ line: string; fields: Readonly<Record<string, unknown>> }>;
  close(): Promise<void>;
}

/** Events that the story can be told with. */
export interface StoryEvents {
  /** An event that succeeds, another one each time. */
  fresh(): Planned;
  /** An event that fails, why, and the data with which it does not. */
  broken?(): { event: Planned; why: string; mended: unknown };
}
