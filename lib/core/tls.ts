/** What is reached by an address. */
export const encrypted = ['mongodb', 'redis'] as const;
export type Encrypted = (typeof encrypted)[number];

/**
 * Why a connection to this address would not be both encrypted and to whom it seems to be.
 * @param address of a form that lib/core/config.ts takes
 * @returns undefined where it is; never a part of the address
 */
export const withoutTls: Readonly<Record<Encrypted, (address: string) => string | undefined>> = {
  mongodb: mongodbWithoutTls,
  redis: (address) => (address.startsWith('rediss://') ? undefined : 'is without TLS: it must begin with rediss://'),
};

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

/** The driver reads names of options in any case, each as often as it stands there. */
function optionsOf(address: string): ReadonlyMap<string, readonly string[]> {
  const start = address.indexOf('?');
  const options = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : address.slice(start + 1)))
    options.set(name.toLowerCase(), [...(options.get(name.toLowerCase()) ?? []), value]);
  return options;
}
