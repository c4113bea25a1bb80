import * as z from 'zod';
import { secretIn } from './secret-address.ts';
import { type Encrypted, tlsFaults } from './tls.ts';

/** What the addresses of servers begin with, by their variables. */
const forms = {
  MONGODB_URI: { form: /^mongodb(\+srv)?:\/\/\S+$/, must: 'must begin with mongodb:// or mongodb+srv://' },
  REDIS_URL: { form: /^rediss?:\/\/\S+$/, must: 'must begin with redis:// or rediss://' },
} as const;
type AddressVariable = keyof typeof forms;

/** An address itself, or the secret that has it, which is read when a function starts (lib/wiring/addresses.ts). */
export const address = (variable: AddressVariable) =>
  z.string().refine((text) => forms[variable].form.test(text) || secretIn(text) !== undefined, forms[variable].must);

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
  const { form, must } = forms[variable];
  if (!form.test(text)) return must;
  const stage = { ...(STAGE !== undefined && { STAGE }), ...(WITHOUT_TLS && { WITHOUT_TLS }) };
  const [fault] = tlsFaults({ ...stage, [variable]: text });
  return fault?.slice(variable.length + 1);
}
