import type { ProblemCode } from './problem.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
type Unit = 'Count' | 'Milliseconds' | 'Seconds';

/**
 * What tells the values of one metric apart, beside service and stage. Each has few values, which are known before anybody calls: every one
 * is a metric that is paid for, so none is a tenant, an id or anything else that a caller chooses (docs/decisions/0040-signals.md).
 */
interface Labels {
  /** Of the catalogue. */
  type: string;
  code: ProblemCode;
  /** Of the authorizer. */
  verdict: string;
  /** As it is called in its logs. */
  function: string;
}

interface Metric {
  unit: Unit;
  by: keyof Labels;
  /** Told of all labels together as well: an alarm takes ten metrics at most, and a percentile cannot be made of others. */
  ofAll?: true;
}

/** What CloudWatch keeps them under. */
export const NAMESPACE = 'Sluice';

/** Every metric of Sluice, and the only place that knows their names; what each says: docs/signals.md. */
export const METRICS = {
  // Of events that are sent: each is one of these four
  Accepted: { unit: 'Count', by: 'type', ofAll: true },
  Duplicates: { unit: 'Count', by: 'type', ofAll: true },
  QueueUnavailable: { unit: 'Count', by: 'type', ofAll: true },
  Refused: { unit: 'Count', by: 'code' },
  IngestTime: { unit: 'Milliseconds', by: 'type', ofAll: true },
  // Of events that a consumer settles
  Succeeded: { unit: 'Count', by: 'type' },
  Rejected: { unit: 'Count', by: 'type' },
  Expired: { unit: 'Count', by: 'type' },
  SettledAgain: { unit: 'Count', by: 'type' },
  Attempts: { unit: 'Count', by: 'type' },
  TimeToSettle: { unit: 'Milliseconds', by: 'type' },
  // Of batches and runs
  BatchSize: { unit: 'Count', by: 'type' },
  HandlerTime: { unit: 'Milliseconds', by: 'type' },
  JointRuns: { unit: 'Count', by: 'type' },
  FallBacks: { unit: 'Count', by: 'type' },
  Conflicts: { unit: 'Count', by: 'type' },
  BreakerOpened: { unit: 'Count', by: 'type' },
  // Of messages; what is down is the stage's, not a type's
  WaitingSeconds: { unit: 'Seconds', by: 'type' },
  ReturnedForInfrastructure: { unit: 'Count', by: 'function' },
  // Of failures
  FailuresRecorded: { unit: 'Count', by: 'type', ofAll: true },
  FailuresReplayed: { unit: 'Count', by: 'type', ofAll: true },
  FailuresOpen: { unit: 'Count', by: 'type', ofAll: true },
  // Of functions
  Verdicts: { unit: 'Count', by: 'verdict' },
  ColdStarts: { unit: 'Count', by: 'function' },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export type NameOfAll = {
  [Name in MetricName]: (typeof METRICS)[Name] extends { ofAll: true } ? Name : never;
}[MetricName];
/** Whether it is told of all labels together as well. */
export const isOfAll = (name: MetricName): name is NameOfAll => 'ofAll' in METRICS[name];
/** What a metric tells its values apart by. */
export type LabelOf<Name extends MetricName> = Labels[(typeof METRICS)[Name]['by']];

/** Stands for the type of what has none: a failure that nobody could read. No event type is called so. */
export const NO_TYPE = '-';
/** Stands for all types that are not in the catalogue any more. */
export const OTHER_TYPES = '*';
