import { OPEN_STATES } from '../../core/failure.ts';
import type { OfType, OpenFailures } from '../../ports/open-failures.ts';
import { withinBudget } from './budget.ts';
import type { MongoConnection } from './client.ts';

/** By an index that holds state and type (schema.ts): no document is read, and no more entries than are counted. */
export const mongoOpenFailures = ({ failures, timeoutMs }: MongoConnection): OpenFailures => ({
  count: (type, most) =>
    withinBudget(timeoutMs, (left) =>
      failures.countDocuments({ state: { $in: [...OPEN_STATES] }, type: sought(type) }, { limit: most, ...left() }),
    ),
});

const sought = (type: OfType) => (type === null || typeof type === 'string' ? type : { $nin: [null, ...type.noneOf] });
