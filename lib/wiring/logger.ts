import { LogFormatter, Logger, LogItem, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { boundedText } from '../core/bounded-text.ts';
import { textOf } from '../core/guarded.ts';
import { LINE, plainDetails } from '../core/plain.ts';
import type { Log } from '../sdk/log.ts';
import { invocationFields } from './invocation.ts';

/**
 * Structured logs on Powertools; the level comes from POWERTOOLS_LOG_LEVEL. What is logged never has a body in it, is bounded whatever it
 * was given, and never throws (lib/core/plain.ts). All that a line says it is given: no key stays with the logger, where it would be said
 * of whatever runs at the same time (docs/logs.md).
 * @param service what the lines call themselves
 */
export function createLogger(service: string): Log {
  const logger = new Logger({ serviceName: service, logFormatter: new LineFormatter() });
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error', threshold: number) =>
    (message: string, details?: Record<string, unknown>): void => {
      // Nothing is made for a line that is not written.
      if (threshold < logger.level) return;
      // Powertools drops what has its own names, with a line more for each.
      const { level: _, message: __, service, timestamp, sampling_rate, ...told } = plainDetails(details);
      logger[level](boundedText(textOf(message), LINE.text), { ...told, ...invocationFields() });
    };
  const { DEBUG, INFO, WARN, ERROR } = LogLevelThreshold;
  return { debug: at('debug', DEBUG), info: at('info', INFO), warn: at('warn', WARN), error: at('error', ERROR) };
}

/** Without what Powertools would say besides: a sampling that nobody asked for, and a trace that X-Ray does not have. */
class LineFormatter extends LogFormatter {
  override formatAttributes(line: UnformattedAttributes, details: LogAttributes): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service } = line;
    const attributes = { level, message, timestamp: this.formatTimestamp(timestamp), service };
    return new LogItem({ attributes }).addAttributes(details);
  }
}
