import { claims } from '../../../support/claims/claim.ts';
import { worldOn } from './cases/case.ts';
import { queryEvaluationCases } from './cases/query-evaluation.ts';
import { queryOperatorCases } from './cases/query-operators.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'query operators');
const fixture = mongo();

for (const [page, title, run] of [...queryOperatorCases, ...queryEvaluationCases])
  does(page, title, () => run(worldOn(fixture.client, fixture.db)));
