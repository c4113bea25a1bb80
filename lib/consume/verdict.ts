import type { Thrown } from '../core/thrown.ts';
import type { Ping } from '../ports/ping.ts';

export type Pings = Readonly<Record<'mongodb' | 'redis', Ping>>;

/** `infrastructure` is nobody's fault: a dependency is down. `transient`: transactions that met, or a server that changed. */
export type Verdict =
  | { kind: 'infrastructure'; error: Thrown }
  | { kind: 'transient'; error: Thrown }
  | { kind: 'permanent'; error: Thrown }
  | { kind: 'error'; error: Thrown };

/**
 * Whose fault it was. A driver's error is nobody's only if a ping of that dependency fails too; otherwise it is an attempt, or one slow
 * query would come back until retention deletes it (protocol: no-attempt-for-an-outage).
 */
export async function verdict(error: Thrown, ping: Pings): Promise<Verdict> {
  for (const dependency of error.dependencies)
    if (!(await ping[dependency]())) return { kind: 'infrastructure', error };
  return { kind: error.kind, error };
}
