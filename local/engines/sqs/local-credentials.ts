/** What signs requests to an SQS that checks no signature. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };
