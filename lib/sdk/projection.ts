/**
 * Records Redis commands on keys of one projection as data; they are applied once, after the event is settled.
 * `key` names one structure of the projection, e.g. a day: `[A-Za-z0-9._:-]{1,200}`. All numbers are integers.
 */
export interface ProjectionRecorder {
  /** counter: INCRBY */
  incrby(key: string, by: number): void;
  /** hash: HINCRBY */
  hincrby(key: string, field: string, by: number): void;
  /** sorted-set: ZINCRBY */
  zincrby(key: string, by: number, member: string): void;
  /** hyperloglog: PFADD */
  pfadd(key: string, ...members: string[]): void;
  /** set: SADD */
  sadd(key: string, ...members: string[]): void;
}

/** Reads projections of the event's tenant. What it sees may be older than MongoDB by a moment. */
export interface ProjectionReader {
  counter(projection: string, key: string): Promise<number>;
  hash(projection: string, key: string): Promise<Record<string, number>>;
  /** Highest score first. */
  sortedSet(projection: string, key: string, limit?: number): Promise<{ member: string; score: number }[]>;
  hyperloglog(projection: string, ...keys: string[]): Promise<number>;
  set(projection: string, key: string): Promise<string[]>;
}
