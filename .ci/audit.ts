import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../deploy/table.ts';
import { type Acceptance, judge, readAcceptances, readAnswer } from './advisories.ts';
import { askNpm } from './npm.ts';

const ACCEPTED = '.ci/accepted-advisories.json';
const root = join(import.meta.dirname, '..');
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const today = Date.now();

function acceptances(): Acceptance[] {
  try {
    return readAcceptances(read(ACCEPTED), today);
  } catch (error) {
    console.log(`audit: ${ACCEPTED} cannot be read: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

const accepted = acceptances();
const answer = readAnswer(await askNpm('audit'), read('package-lock.json'));
if ('unreached' in answer) {
  console.log(`audit: nothing was looked at, because no advisories came: ${answer.unreached}`);
} else if ('broken' in answer) {
  console.log(`audit: npm could not look: ${answer.broken}`);
  process.exitCode = 1;
} else {
  const judged = judge(answer.advisories, accepted, today);
  const failing = judged.filter(({ fails }) => fails).length;
  if (judged.length > 0)
    console.log(
      table([
        ['advisory', 'severity', 'package', 'of', '', ''],
        ...judged.map((one) => [
          one.id,
          one.severity,
          one.package,
          one.deployed ? 'what is deployed' : 'development',
          one.why,
          one.title.slice(0, 80),
        ]),
      ]),
    );
  for (const { advisory } of accepted)
    if (!judged.some(({ id }) => id === advisory)) console.log(`audit: ${advisory} is accepted in vain: take it out`);
  console.log(`audit: ${judged.length} advisories, of which ${failing} fail`);
  if (failing > 0) process.exitCode = 1;
}
