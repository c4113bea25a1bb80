/** One event id. A payload stands for a fingerprint: two were accepted under the id while Redis was down. */
export type Payload = 'A' | 'B';
export const PAYLOADS: readonly Payload[] = ['A', 'B'];
