import type { Group } from './group.ts';
import { openWorld, type World } from './harness/world.ts';
import { type Reported, reported } from './report.ts';

export interface MeasureOptions extends Pick<World, 'size' | 'progress'> {
  /** Hears how long each group took. */
  ended(group: string, seconds: number): void;
}

/** What a run showed. */
export interface Run {
  engines: string;
  rows: Reported[];
}

/**
 * Measures the rows of some groups, one group after another on engines that they share.
 * @throws whatever keeps a group from being measured: a table without it would look whole
 */
export async function measure(groups: readonly Group[], { ended, ...options }: MeasureOptions): Promise<Run> {
  const world = await openWorld(options);
  try {
    const rows: Reported[] = [];
    for (const { name, rows: declared, run } of groups) {
      const begun = performance.now();
      const outcomes = await run(world);
      rows.push(...declared.map((row) => reported(row, outcomes[row.name])));
      ended(name, (performance.now() - begun) / 1000);
    }
    return { engines: world.engines, rows };
  } finally {
    await world.close();
  }
}
