import { claims } from '../../../support/claims/claim.ts';
import { worldOn } from './cases/case.ts';
import { updateOperatorCases } from './cases/update-operators.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'update operators');
const fixture = mongo();

for (const [page, title, run] of updateOperatorCases) does(page, title, () => run(worldOn(fixture.client, fixture.db)));
