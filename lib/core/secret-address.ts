/** Where an address with credentials is kept: a secret, or a key of the JSON in it. */
export interface SecretName {
  id: string;
  key?: string | undefined;
}

/** As CloudFormation writes it, too: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html */
const NAME = /^(?<id>[\w/+=.@-]+|arn:[\w-]+:secretsmanager:[\w/+=.@:-]+?)(?::SecretString:(?<key>[\w/+=.@-]+))?$/;
const SCHEME = 'secret:';

/** What a secret is called, and its key. @returns undefined for what is no such name */
export function secretNameIn(text: string): SecretName | undefined {
  const { id, key } = NAME.exec(text)?.groups ?? {};
  return id === undefined ? undefined : { id, key };
}

/** A variable that names a secret in place of an address. @param name as secretNameIn takes it */
export const secretAddress = (name: string): string => `${SCHEME}${name}`;

/** The secret that a variable names. @returns undefined where it has the address itself */
export const secretIn = (variable: string): SecretName | undefined =>
  variable.startsWith(SCHEME) ? secretNameIn(variable.slice(SCHEME.length)) : undefined;
