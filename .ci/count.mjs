// Prints `<passed> <failed>` of one vitest run: its JSON report, and the code that it ended with.
// A file that breaks outside its tests is one failure; so is a run that ends badly without saying where.
import { readFileSync } from 'node:fs';

const [, , report, code] = process.argv;
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
).length;
const failed = numFailedTests + broken;
console.log(numPassedTests, failed === 0 && code !== '0' ? 1 : failed);
