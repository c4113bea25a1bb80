import * as z from 'zod';
import { secretIn } from './secret-address.ts';
import { type Encrypted, tlsFaults } from './tls.ts';

/** What the addresses of servers begin with, by their variables, and whether the driver of each can take one apart. */
const forms = {
  MONGODB_URI: {
    form: /^mongodb(\+srv)?:\/\//,
    must: 'must begin with mongodb:// or mongodb+srv://',
    isRead: isReadByMongo,
  },
  REDIS_URL: { form: /^rediss?:\/\//, must: 'must begin with redis:// or rediss://', isRead: isReadByRedis },
} as const;
type AddressVariable = keyof typeof forms;

/** An address itself, or the secret that has it, which is read when a function starts (lib/wiring/addresses.ts). */
export const address = (variable: AddressVariable) =>
  z.string().superRefine((text, { addIssue }) => {
    const fault = secretIn(text) ? undefined : formFault(variable, text);
    if (fault !== undefined) addIssue(fault);
  });

/** What a driver cannot take apart it fails of at each call, or outside of any, and the error of one has all of it. */
function formFault(variable: AddressVariable, text: string): string | undefined {
  const { form, must, isRead } = forms[variable];
  if (!form.test(text)) return must;
  if (BLANKS.test(text)) return 'has a space or the end of a line in it';
  return isRead(text)
    ? undefined
    : 'cannot be read: its host or port is none, or its user name or password is not percent-encoded (all but A-Z a-z 0-9 . _ ~ -)';
}

/** Drivers leave some out, without a word, and take others for a part of a host; in an option (`appName=My App`) a space is one. */
const BLANKS = /^[^?]*\s|[^\S ]|\s$/;

/** As `mongodb-connection-string-url` has it: https://www.mongodb.com/docs/manual/reference/connection-string/ */
const MONGODB = /^[^/]+:\/\/(?:(?<user>[^:@]*)(?::(?<password>[^@]*))?@)?(?!:)[^/?@]+(?:[/?].*)?$/;

function isReadByMongo(text: string): boolean {
  const { groups } = MONGODB.exec(text) ?? {};
  return (
    groups !== undefined &&
    [groups.user, groups.password].every((part = '') => !/[:/?#[\]@]/.test(part) && isDecoded(part))
  );
}

function isReadByRedis(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || ![url.username, url.password].every(isDecoded)) return false;
  // `redis://user:123/4@host`: what was to be a password is a port there, and the user a host.
  return ![url.pathname, ...url.searchParams.keys(), url.hash].some((part) => part.includes('@'));
}

function isDecoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/**
 * What is wrong with an address that was read from a secret, by the rules for one that stands in a variable.
 * @param config says which stage it is, and what may be without TLS
 * @returns a few words without any part of it; undefined where it may be used
 */
export function addressFault(
  variable: AddressVariable,
  text: string,
  { STAGE, WITHOUT_TLS }: { readonly STAGE?: string; readonly WITHOUT_TLS?: readonly Encrypted[] },
): string | undefined {
  const ofForm = formFault(variable, text);
  if (ofForm !== undefined) return ofForm;
  const stage = { ...(STAGE !== undefined && { STAGE }), ...(WITHOUT_TLS && { WITHOUT_TLS }) };
  const [fault] = tlsFaults({ ...stage, [variable]: text });
  return fault?.slice(variable.length + 1);
}
