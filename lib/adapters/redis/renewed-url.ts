import type { Renew } from '../../core/renew.ts';

/** The address of a server, with credentials that may be others after a refusal. */
export class RenewedUrl {
  readonly #renew: Renew | undefined;
  readonly #whenOther: () => void;
  #url: string;
  #renewing: Promise<boolean> | undefined;

  /** @param whenOther hears that there are other credentials */
  constructor(url: string, renew: Renew | undefined, whenOther: () => void) {
    this.#url = url;
    this.#renew = renew;
    this.#whenOther = whenOther;
  }

  /** What the next connection is made with. */
  get url(): string {
    return this.#url;
  }

  /** @param refused the address whose credentials were @returns whether there are others now */
  async renewed(refused: string): Promise<boolean> {
    if (refused !== this.#url) return true;
    this.#renewing ??= this.#again().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #again(): Promise<boolean> {
    const next = await this.#renew?.(this.#url);
    if (next === undefined) return false;
    this.#url = next;
    this.#whenOther();
    return true;
  }
}
