import { claims } from '../../../support/claims/claim.ts';
import { bulkCases } from './cases/bulk.ts';
import { worldOn } from './cases/case.ts';
import { writeCases } from './cases/writes.ts';
import { mongo } from './support.ts';

const { does } = claims('mongo', 'writes');
const fixture = mongo();

for (const [page, title, run] of [...writeCases, ...bulkCases])
  does(page, title, () => run(worldOn(fixture.client, fixture.db)));
