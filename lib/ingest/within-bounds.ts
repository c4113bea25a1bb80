import { maySource, mayType } from '../core/access/identity.ts';
import type { Bounds } from '../core/access/key-entry.ts';
import { HttpProblem, shown } from '../core/problem.ts';

/**
 * An event that a key is not for is refused before anything is said of its type, and before its id is claimed.
 * @throws HttpProblem 403 `type-not-allowed`, `source-not-allowed`
 */
export function refuseOutside(bounds: Bounds, { type, source }: { type: string; source: string }): void {
  if (!mayType(bounds, type)) {
    throw new HttpProblem('type-not-allowed', `this key is not for events of the type ${shown(type)}`, {
      errors: [{ pointer: '#/type', detail: 'not a type of this key' }],
    });
  }
  if (!maySource(bounds, source)) {
    throw new HttpProblem('source-not-allowed', `this key is not for events from the source ${shown(source)}`, {
      errors: [{ pointer: '#/source', detail: 'not a source of this key' }],
    });
  }
}
