/** Which arms there are: ../arms/arms.ts says what each is. */
export type ArmName =
  | 'consumer'
  | 'ingest'
  | 'raw'
  | 'powertools'
  | 'bullmq'
  | 'fastify'
  | 'floor'
  | 'sdk'
  | 'bare'
  | 'bare-door';

/** Texts of events in batches: what a queue or a client hands over at a time. */
export type Work = readonly (readonly string[])[];

/** What an arm works with; each reads what is its own. */
export interface ArmOrder {
  arm: ArmName;
  mongoUri: string;
  database: string;
  redisUrl: string;
  /** Where SQS should be. */
  sqsEndpoint: string;
  queueUrlPrefix: string;
  /** The module of a function, of an arm that runs one. */
  file?: string;
  /** The event type of its consumer, or of its handler. */
  type: string;
  /** All types that it knows. */
  types: readonly string[];
  /** Whether what it logs is written; its bytes are counted then. */
  logs?: boolean;
}
