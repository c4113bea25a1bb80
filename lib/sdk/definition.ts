import type * as z from 'zod';
import type { BatchContext, Context, DeclaredCollections } from './context.ts';
import type {
  AlarmOptions,
  CollectionDeclaration,
  ProjectionDeclaration,
  QueueOptions,
  RetryOptions,
} from './declarations.ts';
import type { Event } from './event.ts';
import type { OlderData } from './older-data.ts';
import type { Permission } from './permissions.ts';
import type { Rejected, Result } from './result.ts';
import type { Marks } from './sensitive-marks.ts';
import type { EnvOf, FromText, SettingDeclaration } from './settings.ts';

export type Named<Declaration> = Readonly<Record<string, Declaration>>;

// biome-ignore lint/complexity/noBannedTypes: the empty object is what "declares none" is
export type None = {};

export interface EventFile<
  Type extends string,
  Schema extends z.ZodType,
  Collections extends Named<CollectionDeclaration>,
  Projections extends Named<ProjectionDeclaration>,
  Settings extends Named<SettingDeclaration>,
> {
  /** The CloudEvents type, and the name of the file. */
  type: Type;
  /** One line for the catalogue and the API documents. */
  summary: string;
  /** The schema of `data`; strict, so that unknown fields are refused. */
  data: Schema;
  /** Valid data, shown in documents and used by the demo. */
  example: z.input<Schema>;
  /** Forms that data had before, each by `olderData()`: events of them that still wait, or are replayed, run as what they become. */
  upcast?: readonly OlderData<z.input<Schema>>[];
  collections?: Collections & Exactly<CollectionDeclaration, Collections>;
  projections?: Projections & Exactly<ProjectionDeclaration, Projections>;
  queue?: Partial<QueueOptions>;
  retry?: Partial<RetryOptions>;
  alarms?: Partial<AlarmOptions>;
  /** What handlers find in `context.env`: a schema of text for each name, in `secret()` where the value is one. */
  env?: Settings & FromText<Settings>;
  /** What the function of this type may do beside what Sluice does for it. */
  permissions?: readonly Permission[];
  /** Events with an equal value are processed in the order in which they were accepted. */
  orderedBy?: (data: z.output<Schema>) => string;
}

/** Makes a key that a declaration does not know a compile error: inference would let it pass. */
export type Exactly<Declaration, Given> = {
  [Name in keyof Given]: { [Key in Exclude<keyof Given[Name], keyof Declaration>]: never };
};

type Names<Declarations> = Extract<keyof Declarations, string>;

export interface OneByOne<Schema extends z.ZodType, Collections, Projections, Settings> {
  handle(
    event: Event<z.output<Schema>>,
    context: DeclaredCollections<Collections> & Context<Names<Collections>, Names<Projections>, EnvOf<Settings>>,
  ): Promise<Result | Rejected>;
}

export interface Batched<Schema extends z.ZodType, Collections, Projections, Settings> {
  /** Returns one result per event, in their order, or nothing. */
  handleBatch(
    events: readonly Event<z.output<Schema>>[],
    context: DeclaredCollections<Collections> & BatchContext<Names<Collections>, Names<Projections>, EnvOf<Settings>>,
  ): Promise<readonly (Result | Rejected)[] | undefined>;
}

/** A definition with every default filled in and its types folded away, as the pipelines use it. */
export interface EventDefinition {
  readonly type: string;
  readonly summary: string;
  readonly data: z.ZodType;
  /** What of `data` is sensitive; undefined: nothing. */
  readonly sensitive: Marks | undefined;
  readonly example: unknown;
  readonly upcast: readonly OlderData[];
  readonly collections: Named<CollectionDeclaration>;
  readonly projections: Named<ProjectionDeclaration>;
  readonly queue: QueueOptions;
  readonly retry: RetryOptions;
  readonly alarms: AlarmOptions;
  readonly env: Named<SettingDeclaration>;
  readonly permissions: readonly Permission[];
  readonly orderedBy?: (data: unknown) => string;
  readonly handle?: (event: Event, context: Context) => Promise<Result | Rejected>;
  readonly handleBatch?: (
    events: readonly Event[],
    context: BatchContext,
  ) => Promise<readonly (Result | Rejected)[] | undefined>;
}

/** What an event file exports; carries the types of type and data for the client. */
export interface TypedEventDefinition<Type extends string, Input> extends EventDefinition {
  readonly type: Type;
  readonly example: Input;
}
