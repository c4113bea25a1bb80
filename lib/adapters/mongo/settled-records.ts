import type { ProjectionCommands } from '../../ports/projections.ts';
import type { EventRecord } from '../../ports/records.ts';
import type { SettledRecord, SettledRecords } from '../../ports/settled-records.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';
import { ofKnownFormat } from './record-updates.ts';

const PAGE = 1000;
/** Of a record, what a rebuild reads. */
const projection = { tenant: 1, state: 1, settledAt: 1, projected: 1, projections: 1 };
type Read = Pick<EventRecord, '_id' | 'tenant' | 'state' | 'settledAt' | 'projected' | 'projections'>;

/**
 * Events that were settled, for a rebuild of projections. Calls throw DependencyError.
 * Pages go by `_id` over all records, so that each costs the same, however few of them have projections, and none needs a cursor that
 * a failover would end. A page is one answer of MongoDB, which has 16 MB at most, so that it comes within the budget however large
 * records are. Read from the primary with majority concern: a consumer applies only what a majority holds.
 */
export function mongoSettledRecords({ events, timeoutMs }: MongoConnection): SettledRecords {
  return {
    async *pages() {
      for (let after = ''; ; ) {
        const found = await withinBudget(timeoutMs, (left) =>
          events
            .find<Read>({ _id: { $gt: after } }, { projection, ...left(), singleBatch: true })
            .sort({ _id: 1 })
            .limit(PAGE)
            .batchSize(PAGE)
            .toArray(),
        );
        const last = found.at(-1);
        if (!last) return;
        after = last._id;
        yield found.flatMap(settled);
      }
    },
    projected: async (keys) => {
      const found = await withinBudget(timeoutMs, (left) =>
        events.find({ _id: { $in: [...keys] }, projected: true }, { projection: { _id: 1 }, ...left() }).toArray(),
      );
      return new Set(found.map(({ _id }) => _id));
    },
    markProjected: async (keys) => {
      for (let from = 0; from < keys.length; from += PAGE) {
        const some = keys.slice(from, from + PAGE);
        await withinBudget(timeoutMs, () =>
          events.updateMany({ _id: { $in: some }, projected: false, ...ofKnownFormat }, { $set: { projected: true } }),
        );
      }
    },
  };
}

function settled({ _id, tenant, state, settledAt, projected, projections }: Read): SettledRecord[] {
  if (state !== 'succeeded' || projections === undefined || !settledAt) return [];
  const commands: ProjectionCommands[] = JSON.parse(projections);
  return [{ key: _id, tenant, settledAt: settledAt.getTime(), projected: projected === true, projections: commands }];
}
