// Prints `<passed> <failed>` of one vitest run: its JSON report, and the code that it ended with. What failed is named on stderr.
// A file that breaks outside its tests is one failure; so is a run that ends badly without saying where.
import { readFileSync } from 'node:fs';

const [, , report, code] = process.argv;
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
).length;
const failed = numFailedTests + broken;
for (const { name, status, message, assertionResults } of testResults) {
  if (status !== 'failed') continue;
  const tests = assertionResults.filter((test) => test.status === 'failed');
  for (const { fullName, failureMessages } of tests)
    console.error(`FAILED ${name}: ${fullName}\n${failureMessages.join('\n')}`);
  if (tests.length === 0) console.error(`FAILED ${name}\n${message}`);
}
console.log(numPassedTests, failed === 0 && code !== '0' ? 1 : failed);
