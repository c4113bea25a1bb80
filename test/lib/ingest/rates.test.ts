import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../lib/core/access/identity.ts';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import type { Rate } from '../../../lib/core/access/key-entry.ts';
import type { Answered } from '../../support/api-gateway.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const event = (id: string) => ({ type: 'parcel.sent', id, data: { parcel: 'p' } });

describe('a request of a key with rates', () => {
  const key = { tenant: 'local', key: { id: 'k', name: 'k' }, scopes: ['operator'] } satisfies Identity;
  const kept = () => {
    const world = ingestWorld({}, { kept: true });
    const post = (rate: Rate, body: unknown) => world.post(body, {}, { authorizer: contextOf({ ...key, rate }) });
    return { ...world, post };
  };
  const left = ({ headers }: Answered) => headers.ratelimit?.split(';')[1];

  it('that is over its requests is refused as a whole, array or not, and its ids stay free', async () => {
    const { post, claims, messages } = kept();
    for (let sent = 0; sent < 10; sent++) await post({ requests: 1 }, []);
    const refused = { status: 429, headers: { 'retry-after': '1' }, body: { code: 'rate-limited', status: 429 } };
    expect(await post({ requests: 1 }, event('a'))).toMatchObject(refused);
    expect(await post({ requests: 1 }, [event('a'), event('b')])).toMatchObject(refused);
    expect([claims.standing.size, messages()]).toEqual([0, []]);
  });

  it('that is over its events alone costs nothing, also of what it has more of', async () => {
    const { post } = kept();
    const rate = { requests: 2, events: 1, bytes: 419_431 };
    expect(
      await post(
        rate,
        Array.from({ length: 10 }, (_, index) => event(`e${index}`)),
      ),
    ).toMatchObject({ status: 202 });
    for (let again = 0; again < 30; again++)
      expect(await post(rate, [event('a'), event('b')])).toMatchObject({ status: 429 });
    expect(left(await post({ requests: 2 }, []))).toBe('r=18');
    expect((await post({ bytes: 419_431 }, [])).headers.ratelimit).toMatch(/;r=419[34]\d{3};/);
  });

  it('that is over its events for a part costs the request, and so does one that is refused for something else', async () => {
    const { post } = kept();
    const rate = { requests: 2, events: 1 };
    const array = Array.from({ length: 11 }, (_, index) => event(`e${index}`));
    expect(await post(rate, array)).toMatchObject({ status: 207 });
    expect(left(await post({ requests: 2 }, []))).toBe('r=18');
    expect(await post(rate, [event('b'), { type: 'no.such' }])).toMatchObject({ status: 429 });
    expect(await post({ requests: 2 }, '{')).toMatchObject({ status: 400 });
    expect(left(await post({ requests: 2 }, []))).toBe('r=15');
  });

  it('gets through when it is repeated: what is known is accepted without a token', async () => {
    const { post, clock } = kept();
    const array = Array.from({ length: 25 }, (_, index) => event(`e${index}`));
    const answers: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      const { status, headers } = await post({ events: 1 }, array);
      answers.push([status, headers['retry-after']]);
      clock.advance(10_000);
    }
    expect(answers).toEqual([
      [207, '10'],
      [207, '5'],
      [202, undefined],
      [202, undefined],
    ]);
  });
});
