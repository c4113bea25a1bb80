import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { typeOption } from '../../../lib/sdk/options.ts';

/** Before `.test.ts` they say when a test runs (vitest.config.ts), and with `test` an event file would be called like one. */
const OF_TESTS: ReadonlySet<string> = new Set(['artefact', 'contract', 'e2e', 'long', 'program', 'test']);

/**
 * Whether an event type that is to be written may be called so.
 * @throws DefinitionError with one line: it is malformed, or its test would be one that `npm test` does not run as it runs the others
 */
export function checkTypeName(type: string): void {
  const { error } = typeOption.safeParse(type);
  if (error) throw new DefinitionError(`"${type}" is no event type: ${error.issues[0]?.message} (cart.abandoned)`);
  const last = type.slice(type.lastIndexOf('.') + 1);
  if (OF_TESTS.has(last))
    throw new DefinitionError(`"${type}" may not end in .${last}: ${type}.test.ts would be a test of another kind`);
}
