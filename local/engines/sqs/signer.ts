/** `AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/sqs/aws4_request, ...` -> `eu-central-1` */
export const regionOf = (authorization: string | undefined): string | undefined =>
  authorization?.match(/Credential=\S+?\/\d{8}\/([^/]+)\//)?.[1];

/** What signs requests to an SQS that checks no signature. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Who sends, by the id of the key that a request is signed with: a function of this machine signs with its own name, and is the session of a
 * role as it is in AWS. Anybody else is the account.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (SenderId)
 */
export function senderOf(authorization: string | undefined): string | undefined {
  const key = authorization?.match(/Credential=([^/,\s]+)\/\d{8}\//)?.[1];
  return key === undefined || key === localCredentials.accessKeyId ? undefined : `AROALOCAL:${key}`;
}
