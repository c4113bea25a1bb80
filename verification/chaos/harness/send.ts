import type { Caller } from '../../../local/stack/caller.ts';

export interface ChaosEvent {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** What a client holds after one request: what it sent, and what it was told. */
export interface Ledger {
  attempted: Set<string>;
  acknowledged: Set<string>;
  /** Statuses of items, and how often each came. */
  statuses: Map<number, number>;
}
export const newLedger = (): Ledger => ({ attempted: new Set(), acknowledged: new Set(), statuses: new Map() });

/** Sends an array and writes down what was answered to each; a request without an answer acknowledges nothing. */
export async function sendArray(caller: Caller, events: readonly ChaosEvent[], ledger: Ledger): Promise<void> {
  for (const { id } of events) ledger.attempted.add(id);
  const note = (status: number) => ledger.statuses.set(status, (ledger.statuses.get(status) ?? 0) + 1);
  try {
    const response = await caller.post('/events', events, { signal: AbortSignal.timeout(30_000) });
    const { results = [] } = (await response.json()) as { results?: { id: string; problem?: { status: number } }[] };
    for (const { id, problem } of results) {
      note(problem?.status ?? 202);
      if (!problem) ledger.acknowledged.add(id);
    }
  } catch {
    for (const _ of events) note(0);
  }
}
