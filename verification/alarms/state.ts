import type { Series } from './metric-math.ts';

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Of an alarm, as its resource names them. */
export interface Rule {
  Threshold: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number | undefined;
  TreatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
}

/**
 * The state of an alarm by what CloudWatch has retrieved, which is more than it evaluates, in case some is missing.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * @param range one value a period, the oldest first
 */
export function stateOf(range: Series, rule: Rule, before: State): State {
  const { Threshold, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, TreatMissingData } = rule;
  const real = range.filter((value) => value !== undefined);
  // With enough of them nothing is filled in; with fewer all of them count, and as few others as possible.
  const evaluated = real.slice(-EvaluationPeriods);
  const filled = EvaluationPeriods - evaluated.length;
  const breaching = evaluated.filter((value) => value > Threshold).length;
  if (breaching + (TreatMissingData === 'breaching' ? filled : 0) >= DatapointsToAlarm) return 'ALARM';
  if (TreatMissingData === 'notBreaching' || TreatMissingData === 'breaching') return 'OK';
  const early = isOldAlone(range.slice(-EvaluationPeriods), evaluated, Threshold, DatapointsToAlarm);
  if (TreatMissingData === 'ignore' && (real.length === 0 || early)) return before;
  if (early) return 'ALARM';
  return real.length === 0 ? 'INSUFFICIENT_DATA' : 'OK';
}

/** What breached long enough ago, and was followed by nothing that did not, is an alarm without the values that it would take. */
function isOldAlone(window: Series, evaluated: readonly number[], threshold: number, datapoints: number): boolean {
  if (evaluated.some((value) => value <= threshold)) return false;
  const oldest = window.findIndex((value) => value !== undefined);
  return oldest >= 0 && window.length - oldest >= datapoints;
}
