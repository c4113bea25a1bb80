import { HttpProblem, shown } from '../core/problem.ts';

/** 404: there is none, or it is another tenant's, or it has ended and opens nothing any more. */
export const keyUnknown = (id: string): HttpProblem =>
  new HttpProblem('key-unknown', `there is no key ${shown(id)} that is still valid`);

/** 403. @param in what it exceeds whoever asks */
export const grantExceeds = (excess: readonly string[]): HttpProblem =>
  new HttpProblem('grant-exceeds-key', `this asks for more than your own key has: ${excess.join(', ')}`, {
    members: { exceeds: excess },
  });

/** 403: whoever asks may not change it. */
export const keyHasMore = (id: string): HttpProblem =>
  new HttpProblem('grant-exceeds-key', `the key ${shown(id)} has more than your own`);

/** 400: a key that never opens anything. */
export const expiresInThePast = (): HttpProblem =>
  new HttpProblem('invalid-parameter', 'expires is past', { members: { parameter: 'expires' } });
