import { claims } from '../../../support/claims/claim.ts';
import { worldOn } from './cases/case.ts';
import { arrayExpressionCases } from './cases/expressions-arrays.ts';
import { dateExpressionCases } from './cases/expressions-dates.ts';
import { numberExpressionCases } from './cases/expressions-numbers.ts';
import { valueExpressionCases } from './cases/expressions-values.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'expressions');
const fixture = mongo();
const cases = [...numberExpressionCases, ...valueExpressionCases, ...arrayExpressionCases, ...dateExpressionCases];

for (const [page, title, run] of cases) does(page, title, () => run(worldOn(fixture.client, fixture.db)));
