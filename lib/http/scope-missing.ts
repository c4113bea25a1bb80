import type { Scope } from '../core/access/scopes.ts';
import { HttpProblem } from '../core/problem.ts';

/** 403: what is asked for takes a key with this scope. */
export const scopeMissing = (scope: Scope): HttpProblem =>
  new HttpProblem('scope-missing', `this needs a key with the scope ${scope}`);
