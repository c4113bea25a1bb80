import { MongoFault } from '../errors.ts';

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
export const isDatabaseName = (name: string): boolean => /^[^/\\. "$*<>:|?\0]{1,63}$/.test(name);

const LONGEST_NAMESPACE_BYTES = 255;

/**
 * May a collection be made with this name?
 * https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Restriction-on-Collection-Names
 * @throws MongoFault InvalidNamespace
 */
export function checkCollectionName(database: string, name: string): void {
  const isBad = name === '' || name.includes('$') || name.startsWith('.') || name.includes('\0');
  if (isBad || name.startsWith('system.'))
    throw new MongoFault('InvalidNamespace', `Invalid collection name: ${database}.${name}`);
  const namespace = `${database}.${name}`;
  if (Buffer.byteLength(namespace) > LONGEST_NAMESPACE_BYTES)
    throw new MongoFault(
      'InvalidNamespace',
      `Fully qualified namespace is too long. Namespace: ${namespace} Max: ${LONGEST_NAMESPACE_BYTES}`,
    );
}

/**
 * The two names of a namespace, as commands give it that are not sent to a database of their own.
 * @param reason what the command calls it in its error
 * @throws MongoFault InvalidNamespace
 */
export function namespaceIn(given: unknown, reason: string): { database: string; collection: string } {
  const text = String(given);
  const dot = text.indexOf('.');
  const [database, collection] = [text.slice(0, dot), text.slice(dot + 1)];
  if (typeof given !== 'string' || dot < 0 || collection === '' || !isDatabaseName(database))
    throw new MongoFault('InvalidNamespace', `${reason}: '${text}'`);
  return { database, collection };
}
