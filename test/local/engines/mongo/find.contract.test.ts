import { claims } from '../../../support/claims/claim.ts';
import { worldOn } from './cases/case.ts';
import { findCases } from './cases/find.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'find, count and distinct');
const fixture = mongo();

for (const [page, title, run] of findCases) does(page, title, () => run(worldOn(fixture.client, fixture.db)));
