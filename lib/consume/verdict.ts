import { DependencyError, TimeoutError, TransientError } from '../core/errors.ts';
import type { Ping } from '../ports/ping.ts';
import { PermanentError } from '../sdk/errors.ts';

export type Pings = Readonly<Record<'mongodb' | 'redis', Ping>>;

/** `infrastructure` is nobody's fault: a dependency is down. `transient`: transactions that met, or a server that changed. */
export type Verdict =
  | { kind: 'infrastructure'; error: unknown }
  | { kind: 'transient'; error: unknown }
  | { kind: 'permanent'; error: unknown }
  | { kind: 'error'; error: unknown };

/**
 * Whose fault it was. A driver's error is nobody's only if a ping of that dependency fails too; otherwise it is an attempt, or one slow
 * query would come back until retention deletes it (protocol: no-attempt-for-an-outage).
 */
export async function verdict(error: unknown, ping: Pings): Promise<Verdict> {
  for (const dependency of suspects(error)) if (!(await ping[dependency]())) return { kind: 'infrastructure', error };
  if (error instanceof TransientError) return { kind: 'transient', error };
  return { kind: error instanceof PermanentError ? 'permanent' : 'error', error };
}

function suspects(error: unknown): (keyof Pings)[] {
  if (error instanceof DependencyError)
    return error.dependency === 'mongodb' || error.dependency === 'redis' ? [error.dependency] : [];
  if (error instanceof TransientError) return ['mongodb'];
  if (error instanceof TimeoutError) return ['mongodb', 'redis'];
  return error instanceof Error && error.cause !== undefined ? suspects(error.cause) : [];
}
