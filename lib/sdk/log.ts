/**
 * What the pipelines need of the world. `lib/adapters/` implements these on real drivers; nothing here names one.
 * A port that cannot be reached, or does not answer within its budget, throws DependencyError; nothing else means silence.
 */

export interface Log {
  debug(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
}
