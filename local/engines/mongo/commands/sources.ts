import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { type Doc, isDocument, typeName } from '../value/types.ts';
import type { CommandContext } from './context.ts';
import { collectionStatistics } from './stats.ts';

/** What a cursor says that it is of when its pipeline reads no collection. */
export const WHOLE_DATABASE = '$cmd.aggregate';

type Source = (context: CommandContext, operand: unknown, scope: QueryScope) => Iterable<Doc>;

const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['$collStats', (context, operand) => [collectionStatistics(context, operand)]],
  ['$documents', documents],
  ['$listLocalSessions', (context) => context.services.sessions.listed()],
]);

/** Those that read no collection. */
const ofDatabases = new Set(['$documents', '$listLocalSessions']);

/**
 * What a first stage gives that makes documents, and reads none.
 * @throws MongoFault InvalidNamespace when it needs a collection and has none, or has one and may not
 */
export function sourceOf(context: CommandContext, stage: Doc, scope: QueryScope): Iterable<Doc> | undefined {
  const [name = '', ...more] = Object.keys(stage);
  const source = more.length === 0 ? sources.get(name) : undefined;
  const hasCollection = context.command.aggregate !== 1;
  if (source && hasCollection === ofDatabases.has(name))
    throw new MongoFault(
      'InvalidNamespace',
      hasCollection ? `${name} must be run against the database with {aggregate: 1}, not a collection` : needs(name),
    );
  if (!source) {
    if (!hasCollection && !name.startsWith('$change') && name !== '$currentOp')
      throw new MongoFault('InvalidNamespace', needs(name));
    return undefined;
  }
  scope.record('stage', name);
  return source(context, stage[name], scope);
}

const needs = (name: string): string => `{aggregate: 1} is not valid for '${name}'; a collection is required.`;

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/documents/ */
function documents(_context: CommandContext, operand: unknown, scope: QueryScope): Doc[] {
  const value = scope.expression(operand)({});
  if (!Array.isArray(value))
    throw new MongoFault('Location5858203', `an array is expected, and found ${typeName(value)}`);
  return value.map((one: unknown) => {
    if (!isDocument(one)) throw new MongoFault('Location40228', `$documents expects objects, found ${typeName(one)}`);
    return one;
  });
}
