import type { Identity } from '../core/access/identity.ts';
import { hasScope, type Scope } from '../core/access/scopes.ts';
import { HttpProblem } from '../core/problem.ts';

/** @throws HttpProblem `scope-missing`, 403, which names the scope */
export function requireScope(identity: Identity, scope: Scope): void {
  if (!hasScope(identity, scope)) throw new HttpProblem('scope-missing', `this needs a key with the scope ${scope}`);
}
