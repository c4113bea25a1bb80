import { MongoFault } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { compileQuery, type Query } from '../plan/run.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { leadingQuery } from './aggregate.ts';
import { documentIn, documentsIn } from './arguments.ts';
import { type Command, scopeOf, viewOf } from './context.ts';

/** https://www.mongodb.com/docs/manual/reference/command/explain/ */
export const explain: Command = {
  fields: ['verbosity'],
  reads: true,
  run(context) {
    const explained = context.command.explain;
    if (!isDocument(explained)) throw new MongoFault('TypeMismatch', "BSON field 'explain' must be an object");
    const verbosity = context.command.verbosity ?? 'allPlansExecution';
    const { name, filter, sort, hint, limit } = questionOf(explained);
    const collection = context.services.store.find(context.database, name, null);
    const query = compileQuery(collection, { filter, sort, hint }, scopeOf(context));
    const planner = {
      queryPlanner: {
        namespace: `${context.database}.${name}`,
        parsedQuery: filter,
        winningPlan: shape(query, collection !== undefined),
        rejectedPlans: [],
      },
    };
    if (verbosity === 'queryPlanner') return { explainVersion: '1', ...planner };
    const started = performance.now();
    const nReturned = [...query.run(viewOf(context), limit === undefined ? {} : { limit })].length;
    return {
      explainVersion: '1',
      ...planner,
      executionStats: {
        executionSuccess: true,
        nReturned,
        executionTimeMillis: Math.round(performance.now() - started),
        totalKeysExamined: query.examined.keys,
        totalDocsExamined: query.examined.documents,
      },
    };
  },
};

interface Question {
  name: string;
  filter: Doc;
  sort?: unknown;
  hint?: unknown;
  limit?: number | undefined;
}

function questionOf(command: Doc): Question {
  const [kind = ''] = Object.keys(command);
  const name = String(command[kind]);
  const { sort, hint } = command;
  const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);
  switch (kind) {
    case 'find':
      return { name, filter: documentIn(command, 'filter', kind) ?? {}, sort, hint, limit: positive(command.limit) };
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return { name, filter: documentIn(command, 'query', kind) ?? {}, sort, hint };
    case 'update':
    case 'delete': {
      const [statement] = documentsIn(command, `${kind}s`, kind);
      return { name, filter: documentIn(statement ?? {}, 'q', kind) ?? {}, hint: statement?.hint };
    }
    case 'aggregate': {
      const { query } = leadingQuery(documentsIn(command, 'pipeline', kind));
      return { name, filter: query.filter, sort: query.sort, hint, limit: query.bounds.limit };
    }
    default:
      throw new MongoFault('CommandNotFound', `Explain failed due to unknown command: ${kind}`);
  }
}

function shape({ plan, sort }: Query, exists: boolean): Doc {
  const access = exists ? accessShape(plan) : { stage: 'EOF' };
  if (plan.sorts) return access;
  return {
    stage: 'SORT',
    sortPattern: Object.fromEntries(sort.map(({ path, direction }) => [path, direction])),
    inputStage: access,
  };
}

function accessShape(plan: Plan): Doc {
  if (plan.kind === 'union') {
    const inputStages = plan.plans.map((one) => accessShape(one).inputStage ?? accessShape(one));
    return { stage: 'SUBPLAN', inputStage: { stage: 'FETCH', inputStage: { stage: 'OR', inputStages } } };
  }
  if (plan.kind === 'scan') return { stage: 'COLLSCAN', direction: plan.backwards ? 'backward' : 'forward' };
  const { spec, isMultikey } = plan.index;
  return {
    stage: 'FETCH',
    inputStage: {
      stage: 'IXSCAN',
      keyPattern: spec.key,
      indexName: spec.name,
      isMultiKey: isMultikey,
      isUnique: spec.unique === true,
      isSparse: spec.sparse === true,
      isPartial: spec.partialFilterExpression !== undefined,
      direction: plan.kind === 'index' && plan.backwards ? 'backward' : 'forward',
    },
  };
}
