import { closeNames } from '../core/close-names.ts';
import { HttpProblem, shown } from '../core/problem.ts';

/**
 * 400 for a parameter, or a member of a body, that nobody reads: it would be passed over in silence.
 * @param known the names that are read
 * @param where it stands, as it begins the name
 */
export function strangeName(name: string, known: readonly string[], where = ''): HttpProblem {
  const suggestions = closeNames(name, known);
  const what = known.length > 0 ? known.join(', ') : 'nothing';
  const hint = suggestions.length > 0 ? `is it ${suggestions.join(' or ')}?` : `understood: ${what}`;
  return new HttpProblem('invalid-parameter', `${shown(where + name)} is not understood here; ${hint}`, {
    members: { parameter: where + cut(name), suggestions },
  });
}

const cut = (name: string): string => name.slice(0, 60).toWellFormed();
