import { ConfigError } from '../../../lib/core/errors.ts';
import { HttpProblem, type ProblemCode, shown } from '../../../lib/core/problem.ts';
import { hostnameOf, isLoopback } from './loopback.ts';
import type { RawResponse } from './response.ts';

/** Who is answered beside programs and pages of this machine. */
export interface Admitted {
  /** Names by which this machine is called, as `namedHosts` reads them. */
  hosts: readonly string[];
  /** `allowedOrigins` of `provider.httpApi.cors`; `*` is everybody. */
  origins: readonly string[];
}

/** What is looked at of a request. */
export interface Asked {
  method: string;
  /** The request target: `/events`, or in absolute form `http://localhost:3000/events`. */
  url: string;
  /** Name and value in turn, as Node's `rawHeaders`. */
  rawHeaders: readonly string[];
}

/** Change nothing: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `scheme://authority` of a request target in absolute form: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

/**
 * Names that SLUICE_HOSTS gives this machine, separated by commas.
 * @throws ConfigError for one that is no name and no address
 */
export const namedHosts = ({ SLUICE_HOSTS = '' }: Readonly<Record<string, string | undefined>>): string[] =>
  SLUICE_HOSTS.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const host = hostnameOf(name);
      if (host === undefined)
        throw new ConfigError(`environment: SLUICE_HOSTS has ${shown(name)}, which is no name of a host`);
      return host;
    });

/**
 * Refuses what a web page of elsewhere makes a browser send, and what reaches this machine under a name that is not its own, as after
 * DNS rebinding: nobody is asked for a key here. Programs send no Origin and no Sec-Fetch-Site.
 * @returns undefined for a request that is let in
 */
export function refusalOf(asked: Asked, admitted: Admitted): RawResponse | undefined {
  const stranger = authoritiesOf(asked).find((authority) => !isOurs(hostnameOf(authority), admitted));
  if (stranger !== undefined)
    return refused(
      'host-not-allowed',
      `${shown(stranger)} is neither loopback nor named in SLUICE_HOSTS, which the local stack was started with`,
    );
  if (SAFE.has(asked.method.toUpperCase())) return undefined;
  const foreign = foreignOriginOf(asked, admitted);
  if (foreign === undefined) return undefined;
  return refused(
    'origin-not-allowed',
    `a page of ${foreign} may change nothing here: its origin is neither loopback nor one of the stage’s origins`,
  );
}

/** Whether a page of this origin may read answers. @param origin the value of one Origin header */
export function admitsOrigin(origin: string, admitted: Admitted): boolean {
  if (admitted.origins.includes('*') || admitted.origins.includes(origin)) return true;
  const [, authority] = /^https?:\/\/([^/]*)$/.exec(origin) ?? [];
  return authority !== undefined && isOurs(hostnameOf(authority), admitted);
}

/** `/path?query` of a request target in any form. */
export function originForm(url: string): string {
  const rest = url.replace(ABSOLUTE, '');
  return rest.startsWith('/') || rest === url ? rest : `/${rest}`;
}

/** Every value of a header, in their order. @param name in lower case */
export const valuesOf = (name: string, { rawHeaders }: Pick<Asked, 'rawHeaders'>): string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);

/** All that the request says of whom it asks: of two hosts no two programs take the same one. */
function authoritiesOf(asked: Asked): string[] {
  const hosts = valuesOf('host', asked);
  const [, authority] = ABSOLUTE.exec(asked.url) ?? [];
  if (hosts.length !== 1) return [hosts.join(', ')];
  return authority === undefined ? hosts : [...hosts, authority];
}

const isOurs = (hostname: string | undefined, { hosts }: Admitted): boolean =>
  hostname !== undefined && (isLoopback(hostname) || hosts.includes(hostname));

/** From where a request comes that a page of elsewhere sends; a browser that sends no Origin may still say that it is of another site. */
function foreignOriginOf(asked: Asked, admitted: Admitted): string | undefined {
  const origins = valuesOf('origin', asked);
  if (origins.length > 0)
    return origins.every((one) => admitsOrigin(one, admitted)) ? undefined : shown(origins.join());
  const sites = valuesOf('sec-fetch-site', asked);
  const isForeign = sites.some((site) => site !== 'same-origin' && site !== 'none');
  return isForeign && !admitted.origins.includes('*') ? 'another site' : undefined;
}

function refused(code: ProblemCode, detail: string): RawResponse {
  const { problem } = new HttpProblem(code, detail);
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    cookies: [],
    body: Buffer.from(JSON.stringify(problem)),
  };
}
