import type { Claim } from './claim.ts';

/** A claim and what became of it. */
export interface ShownClaim extends Claim {
  title: string;
  passed: boolean;
}

/** What is read of vitest's JSON report. */
interface JsonReport {
  testResults: { name: string; assertionResults: { title: string; status: string; meta?: { claim?: Claim } }[] }[];
}

/** The claims of the engines' own suites in reports of vitest's JSON reporter, in the order of their files. @throws SyntaxError when one is not JSON */
export const claimsIn = (reports: readonly string[]): ShownClaim[] =>
  reports
    .flatMap((text) => (JSON.parse(text) as JsonReport).testResults)
    .filter(({ name }) => name.includes('/test/local/'))
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ title, status, meta }) => (meta?.claim ? [{ ...meta.claim, title, passed: status === 'passed' }] : []));
