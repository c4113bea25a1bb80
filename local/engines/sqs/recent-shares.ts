/** AWS says "recent" and no more. What is older than one to two of these counts no longer. */
const WINDOW_MS = 30_000;

/** How much of a recent sum is whose. */
export class RecentShares {
  #now = new Map<string | undefined, number>();
  #before: ReadonlyMap<string | undefined, number> = new Map();
  #began = Date.now();

  add(tenant: string | undefined, amount: number): void {
    this.#moveOn();
    this.#now.set(tenant, (this.#now.get(tenant) ?? 0) + amount);
  }

  /** Who has more than this share of all; what is nobody's is in the sum alone. */
  over(share: number): string[] {
    this.#moveOn();
    const sums = new Map(this.#before);
    for (const [tenant, amount] of this.#now) sums.set(tenant, (sums.get(tenant) ?? 0) + amount);
    const all = [...sums.values()].reduce((sum, amount) => sum + amount, 0);
    return [...sums].flatMap(([tenant, amount]) => (tenant !== undefined && amount > share * all ? [tenant] : []));
  }

  forget(tenant: string): void {
    this.#now.delete(tenant);
    this.#before = new Map([...this.#before].filter(([other]) => other !== tenant));
  }

  #moveOn(): void {
    const now = Date.now();
    if (now - this.#began < WINDOW_MS) return;
    this.#before = now - this.#began < 2 * WINDOW_MS ? this.#now : new Map();
    this.#now = new Map();
    this.#began = now;
  }
}
