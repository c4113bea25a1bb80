import { DependencyError } from '../../core/errors.ts';
import { translate } from './errors.ts';

/** MongoDB was given up; the operation may still be under way. */
export class BudgetError extends DependencyError {
  constructor(ms: number) {
    super('mongodb', `MongoDB did not answer within ${Math.round(ms)} ms`);
  }
}

/**
 * Waits for an operation as long as the budget allows (protocol: our-budgets), and throws what it throws in our words
 * (errors.ts). An operation that is given up may still have been done.
 * @param ms the budget
 * @param collection what it works on, for the message
 * @throws BudgetError when no answer came in time
 */
export async function withinBudget<Value>(
  ms: number,
  operation: () => Promise<Value>,
  collection?: string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BudgetError(ms)), Math.max(0, ms));
  });
  try {
    return await Promise.race([operation(), timeUp]);
  } catch (error) {
    throw translate(error, collection);
  } finally {
    clearTimeout(timer);
  }
}
