import { SetupError } from '../core/errors.ts';
import { lazy } from '../core/lazy.ts';
import type { MissingSetup } from '../ports/missing-setup.ts';
import type { EventDefinition } from '../sdk/definition.ts';

/** Ends when the database has what a run relies on. @throws SetupError when it has not, DependencyError when it cannot be asked */
export type Setup = () => Promise<void>;

/** So many are named; whoever sets up mends all. */
const MOST_NAMED = 5;

/**
 * Looks before the first run, and keeps that all is there; that something is missing is not kept
 * (protocol: setup-before-the-run).
 */
export const createSetup = ({ type }: Pick<EventDefinition, 'type'>, missingSetup: MissingSetup): Setup =>
  lazy(async () => {
    const missing = await missingSetup();
    if (missing.length === 0) return;
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
    const named = missing.slice(0, MOST_NAMED).join(', ');
    throw new SetupError(
      `functions/events/${type}.ts: MongoDB lacks ${named}${more}; run npm run db:setup for this stage`,
    );
  });
