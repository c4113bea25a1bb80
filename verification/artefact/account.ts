/** What stands on this machine for an account of AWS, and the one place that says what lies in it. */
export interface Account {
  region: string;
  /** Of twelve digits: that of the queues of this machine. */
  id: string;
  /** Where its SQS is: `http://127.0.0.1:9324`. */
  sqsEndpoint: string;
  /** Where its Secrets Manager is, and its Parameter Store (stores.ts). */
  storesEndpoint: string;
  /** By name: secrets of Secrets Manager, and parameters of the Parameter Store. */
  secrets: ReadonlyMap<string, string>;
}

/**
 * The value of a secret, for who resolves a template.
 * @param key of one of several values in it, which is JSON then; absent: all of it
 * @throws Error for one that the account does not have
 */
export function secretIn({ secrets }: Pick<Account, 'secrets'>, name: string, key?: string): string {
  const value = secrets.get(name);
  if (value === undefined) throw new Error(`the account has no secret ${name}`);
  if (key === undefined || key === '') return value;
  const one: unknown = Reflect.get(Object(JSON.parse(value)), key);
  if (typeof one !== 'string') throw new Error(`the secret ${name} has no ${key}`);
  return one;
}
