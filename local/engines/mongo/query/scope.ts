import type { Doc } from '../value/types.ts';

/** Notes what was asked for, so that a test can compare it with what is covered. */
export type Record = (kind: AskedKind, name: string) => void;
export type AskedKind =
  | 'command'
  | 'option'
  | 'query'
  | 'update'
  | 'stage'
  | 'expression'
  | 'accumulator'
  | 'projection'
  | 'keyword';

export type Evaluate = (document: Doc) => unknown;

/** What compiling a query needs from elsewhere: expressions, with the variables of `let`, and the note of what was asked. */
export interface QueryScope {
  record: Record;
  /** Compiles an aggregation expression. */
  expression(expression: unknown): Evaluate;
  truthy(value: unknown): boolean;
  /** Compiles what is asked of one array element. */
  element(condition: unknown): (element: unknown) => boolean;
  /** Called now and then by what may take long; throws when the command must end. */
  interrupt?: () => void;
  /** The same with further variables. */
  within(variables: Doc): QueryScope;
  /** @throws MongoFault when it is no pipeline that can run here */
  check(pipeline: readonly Doc[]): void;
  /** Runs a pipeline on a collection of the same database, as the command sees it; there only where stages may read others. */
  from?: (collection: string, pipeline: readonly Doc[], variables?: Doc) => Iterable<Doc>;
}
