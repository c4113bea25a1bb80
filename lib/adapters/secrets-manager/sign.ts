import { createHash, createHmac } from 'node:crypto';

export interface Signing {
  /** All of them are signed, in lower case, the host among them. */
  headers: Readonly<Record<string, string>>;
  body: string;
  region: string;
  service: string;
  /** `20260102T030405Z`; of the header `x-amz-date`. */
  at: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The header `authorization` of a POST to `/`, by Signature Version 4 of AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function authorizationOf({ headers, body, region, service, at, ...of }: Signing): string {
  const names = Object.keys(headers).toSorted();
  const signed = names.join(';');
  const listed = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const request = ['POST', '/', '', listed, signed, hash(body)].join('\n');
  const day = at.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${of.secretAccessKey}`);
  const signature = hmac(key, [ALGORITHM, at, scope, hash(request)].join('\n')).toString('hex');
  return `${ALGORITHM} Credential=${of.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

/** A time as signatures have it: ISO 8601 without dashes, colons and milliseconds. */
export const signingTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
