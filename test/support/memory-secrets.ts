import { DependencyError } from '../../lib/core/errors.ts';
import type { Secrets } from '../../lib/ports/secrets.ts';

export interface MemorySecrets extends Secrets {
  readonly values: Map<string, string>;
  silent: boolean;
  /** Names that were asked for, by read. */
  readonly reads: (readonly string[])[];
}

/** Secrets in memory. */
export function memorySecrets(values: Readonly<Record<string, string>> = {}): MemorySecrets {
  const secrets: MemorySecrets = {
    values: new Map(Object.entries(values)),
    silent: false,
    reads: [],
    read: async (names) => {
      secrets.reads.push(names);
      if (secrets.silent) throw new DependencyError('parameter-store', 'silent');
      return new Map([...secrets.values].filter(([name]) => names.includes(name)));
    },
  };
  return secrets;
}
