import { secretIn } from './secret-address.ts';

/** What is reached by an address. */
export const encrypted = ['mongodb', 'redis'] as const;
export type Encrypted = (typeof encrypted)[number];

const variables = { mongodb: 'MONGODB_URI', redis: 'REDIS_URL' } as const satisfies Record<Encrypted, string>;

/** Variables of lib/core/config.ts, as far as a function reads them. */
type Read = { readonly [Name in (typeof variables)[Encrypted]]?: string } & {
  readonly STAGE?: string;
  readonly WITHOUT_TLS?: readonly Encrypted[];
};

/** On this machine nothing is encrypted; elsewhere all is that is not named. */
export function tlsFaults(read: Read): string[] {
  const { STAGE, WITHOUT_TLS: named } = read;
  if (STAGE === 'local' || !named) return [];
  return encrypted.flatMap((one) => {
    const address = read[variables[one]];
    // One that is in a secret is looked at when it is read.
    if (address === undefined || named.includes(one) || secretIn(address)) return [];
    const fault = withoutTls[one](address);
    return fault ? [tlsFault(variables[one], one, fault)] : [];
  });
}

/** A fault of an address, and what lets it be: the variable, and what that comes of. @param name of what holds the address */
export const tlsFault = (name: string, reached: Encrypted, fault: string): string =>
  `${name} ${fault}; where a network keeps others out, WITHOUT_TLS (withoutTls of the stage, in deploy/stages/) names ${reached}`;

/**
 * Why a connection to this address would not be both encrypted and to whom it seems to be.
 * @param address of a form that lib/core/config.ts takes
 * @returns undefined where it is; never a part of the address
 */
export const withoutTls: Readonly<Record<Encrypted, (address: string) => string | undefined>> = {
  mongodb: mongodbWithoutTls,
  redis: redisWithoutTls,
};

/** Options behind the address are stronger than its scheme: https://redis.github.io/ioredis/interfaces/CommonRedisOptions.html */
function redisWithoutTls(address: string): string | undefined {
  const isOn = address.startsWith('rediss://') && !optionsOf(address).has('tls');
  return isOn ? undefined : 'is without TLS: it must begin with rediss://, and say nothing else of tls';
}

/** https://www.mongodb.com/docs/manual/reference/connection-string-options/#tls-options */
function mongodbWithoutTls(address: string): string | undefined {
  const options = optionsOf(address);
  const asked = [...(options.get('tls') ?? []), ...(options.get('ssl') ?? [])];
  const isOn = asked.length > 0 ? asked.every((value) => value === 'true') : address.startsWith('mongodb+srv://');
  if (!isOn) return 'is without TLS: it needs tls=true, or must begin with mongodb+srv:// and say nothing else';
  const trusting = trustsAnybody.find((name) => options.get(name)?.some((value) => value !== 'false'));
  return trusting && `has TLS that trusts anybody: it must not say ${trusting}`;
}

/** Encrypted, but to whoever answers. */
const trustsAnybody = ['tlsInsecure', 'tlsAllowInvalidCertificates', 'tlsAllowInvalidHostnames'].map((name) =>
  name.toLowerCase(),
);

/** The driver reads names of options in any case, each as often as it stands there, and nothing behind a `#`. */
function optionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const [address = ''] = text.split('#');
  const start = address.indexOf('?');
  const options = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : address.slice(start + 1)))
    options.set(name.toLowerCase(), [...(options.get(name.toLowerCase()) ?? []), value]);
  return options;
}
