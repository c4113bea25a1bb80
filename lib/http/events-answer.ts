import { eventLink } from '../core/links.ts';
import type { Problem } from '../core/problem.ts';
import type { Taken } from '../ingest/ingest.ts';
import type { HttpResponse } from './http-function.ts';

/** The answer to one event that was taken: 202 with its present status. */
export function acceptedAnswer(
  tenant: string,
  { event, status, duplicate }: Extract<Taken, { event: unknown }>,
): HttpResponse {
  const self = eventLink(tenant, event);
  const { id, source, type } = event;
  return { status: 202, headers: { location: self }, body: { id, source, type, status, duplicate, links: { self } } };
}

/** The answer to an array: one result per event, whatever the status (docs/http.md section 2). */
export function arrayAnswer(taken: readonly Taken[]): HttpResponse {
  const problems = taken.flatMap((one) => ('problem' in one ? [one.problem] : []));
  const duplicates = taken.filter((one) => 'event' in one && one.duplicate).length;
  const waits = problems.flatMap(({ retryAfter }) => (retryAfter === undefined ? [] : [retryAfter]));
  return {
    status: statusOf(
      taken.length,
      problems.map(({ problem }) => problem.status),
    ),
    headers: waits.length > 0 ? { 'retry-after': String(Math.max(...waits)) } : {},
    body: {
      accepted: taken.length - problems.length - duplicates,
      duplicates,
      refused: problems.length,
      results: withinBudget(taken.map(resultOf)),
    },
  };
}

type Accepted = Pick<Extract<Taken, { event: unknown }>, 'status' | 'duplicate'>;
type Result =
  | ({ index: number; id: string; source: string; type: string } & Accepted)
  | { index: number; id?: string; problem: Problem | BriefProblem };
/** What a program needs of a problem. */
type BriefProblem = Pick<Problem, 'type' | 'title' | 'status' | 'code' | 'retryable'>;

function resultOf(one: Taken, index: number): Result {
  if ('problem' in one) return { index, ...(one.id !== undefined && { id: one.id }), problem: one.problem.problem };
  const { id, source, type } = one.event;
  return { index, id, source, type, status: one.status, duplicate: one.duplicate };
}

/** Bytes of an array's answer, with room for the numbers before its results. */
const BUDGET = 1_000_000 - 100;

/**
 * Faults fill what the results leave of the budget, those of the first events first: where one does not fit, it and all
 * after it keep of their problem what a program needs. Accepted events have nothing that could be left out.
 */
function withinBudget(results: readonly Result[]): readonly Result[] {
  if (!results.some((result) => 'problem' in result)) return results;
  const sizes = results.map((result) => ({ result, brief: withoutFaults(result) })).map(measured);
  let bytes = sum(sizes.map(({ least }) => least));
  let full = false;
  return sizes.map(({ result, brief, more }) => {
    full ||= bytes + more > BUDGET;
    if (full) return brief;
    bytes += more;
    return result;
  });
}

/** How many bytes a result takes at least, and how many more it would like to have. */
function measured({ result, brief }: { result: Result; brief: Result }) {
  const least = bytesOf(brief);
  return { result, brief, least, more: brief === result ? 0 : bytesOf(result) - least };
}

function withoutFaults(result: Result): Result {
  if (!('problem' in result)) return result;
  const { type, title, status, code, retryable } = result.problem;
  return { ...result, problem: { type, title, status, code, retryable } };
}

const bytesOf = (result: Result): number => Buffer.byteLength(JSON.stringify(result)) + 1;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** When nothing was taken: what all have in common, else what may be tried again, else that it may not. */
function statusOf(sent: number, refusals: readonly number[]): number {
  const [first] = refusals;
  if (first === undefined) return 202;
  if (refusals.length < sent) return 207;
  if (refusals.every((status) => status === first)) return first;
  return [503, 429, 409].find((status) => refusals.includes(status)) ?? 422;
}
