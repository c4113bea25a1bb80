import { type EmfMetrics, emfMetrics } from '../adapters/emf/metrics.ts';
import { readConfig } from '../core/config.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';

export interface FunctionMetrics extends Metrics {
  /** Does the work of one invocation; what it told is emitted when it ends, however it does. */
  during<Value>(work: () => Promise<Value>): Promise<Value>;
}

/**
 * The metrics of a function, for all invocations of its process: on this machine those that run at the same time share a line, and their
 * sums are the same. A fault in telling ends nothing: the work goes on, and the log says so.
 */
export function createMetrics(name: string, log: Log): FunctionMetrics {
  let emf: EmfMetrics | undefined;
  let isCold = true;
  const tell = (what: (metrics: EmfMetrics) => void): void => {
    try {
      emf ??= connect();
      what(emf);
    } catch (error) {
      log.warn('metrics are lost', { error });
    }
  };
  return {
    add: (metric, of, value) => tell((metrics) => metrics.add(metric, of, value)),
    during: async (work) => {
      try {
        return await work();
      } finally {
        tell((metrics) => {
          if (isCold) metrics.add('ColdStarts', name, 1);
          isCold = false;
          metrics.flush();
        });
      }
    },
  };
}

function connect(): EmfMetrics {
  const config = readConfig(['SERVICE', 'STAGE', 'POWERTOOLS_METRICS_DISABLED']);
  const { SERVICE: service, STAGE: stage, POWERTOOLS_METRICS_DISABLED: disabled } = config;
  return emfMetrics({ service, stage }, disabled ? () => {} : (line) => void process.stdout.write(`${line}\n`));
}
