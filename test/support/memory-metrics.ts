import type { MetricName } from '../../lib/core/metrics.ts';
import type { Metrics } from '../../lib/ports/metrics.ts';

/** One value that was told. */
export interface Told {
  name: MetricName;
  of: string;
  value: number;
}

export interface MemoryMetrics extends Metrics {
  readonly told: Told[];
  /** Values by `<name> <label>`, in the order in which they were told. */
  values(): Record<string, number[]>;
}

export function memoryMetrics(): MemoryMetrics {
  const told: Told[] = [];
  return {
    told,
    add: (name, of, value) => void told.push({ name, of, value }),
    values: () => {
      const all: Record<string, number[]> = {};
      for (const { name, of, value } of told) {
        const key = `${name} ${of}`;
        all[key] = [...(all[key] ?? []), value];
      }
      return all;
    },
  };
}

/** Where nobody looks at them. */
export const silentMetrics: Metrics = { add: () => undefined };
