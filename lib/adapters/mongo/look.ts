/** What one look for a page passes, of documents that no index tells from what is sought: more may take longer than any budget. */
export const LOOKED_AT = 5000;

/** Of the budget, what looking again may take. */
const LOOKING_SHARE = 0.4;

/** Begins now. @returns says whether there is time for another look */
export function timeToLook(timeoutMs: number): () => boolean {
  const until = performance.now() + timeoutMs * LOOKING_SHARE;
  return () => performance.now() < until;
}
