import { claims } from '../../../support/claims/claim.ts';
import { worldOn } from './cases/case.ts';
import { joinCases } from './cases/joins.ts';
import { stageCases } from './cases/stages.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'aggregation stages');
const fixture = mongo();

for (const [page, title, run] of [...stageCases, ...joinCases])
  does(page, title, () => run(worldOn(fixture.client, fixture.db)));
