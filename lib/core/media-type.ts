import { splitOutsideQuotes, unquote } from './quoted.ts';

export interface MediaType {
  /** Lower-case, without parameters. */
  name: string;
  /** Lower-case; absent when none was given. */
  charset?: string;
  /** Names of other parameters, and of a charset that is given again. */
  others: string[];
}

/** RFC 9110 section 5.6.2 */
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** Parameters, none of which need be there (RFC 9110 section 5.6.6). */
const parameters = `(?: *;(?: *${token}=(?:${token}|"(?:[ !#-\\[\\]-~]|\\\\[ -~])*"))?)* *`;
/** A media type, and one that is JSON (isJson), as patterns for a whole text. */
export const mediaTypePattern = `${token}/${token}${parameters}`;
const inAnyCase = (word: string) => word.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
export const jsonMediaTypePattern = `(?:${inAnyCase('application')}/${inAnyCase('json')}|${token}/${token}\\+${inAnyCase('json')})${parameters}`;

const mediaType = new RegExp(`^${token}/${token}$`);
const parameter = new RegExp(`^(${token})=(.+)$`, 's');

/**
 * Parses a media type (RFC 9110 section 8.3.1).
 * @returns undefined when it is malformed
 */
export function parseMediaType(text: string): MediaType | undefined {
  const [name, ...parameters] = splitOutsideQuotes(text, ';');
  if (name === undefined || !mediaType.test(name)) return undefined;
  let charset: string | undefined;
  const others: string[] = [];
  for (const one of parameters) {
    const [, key, value] = parameter.exec(one) ?? [];
    if (key === undefined || value === undefined) return undefined;
    if (key.toLowerCase() === 'charset' && charset === undefined) charset = unquote(value)?.toLowerCase() ?? '';
    else others.push(key.toLowerCase());
  }
  return { name: name.toLowerCase(), others, ...(charset !== undefined && { charset }) };
}

/** `application/json` or a media type with the suffix `+json` (RFC 6839 section 3.1), as in the CloudEvents JSON format 3.1. */
export const isJson = (name: string): boolean => name === 'application/json' || /^[^/]+\/.+\+json$/.test(name);
