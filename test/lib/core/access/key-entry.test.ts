import { describe, expect, it } from 'vitest';
import { newKey, rotation, tenantBody, tenantName, tenantOf } from '../../../../lib/core/access/key-entry.ts';

const least = { name: 'till 1', scopes: ['events:write'] };
const names = (count: number) => Array.from({ length: count }, (_, at) => `type.n${at}`);
const takes = (change: object) => newKey('dev').safeParse({ ...least, ...change }).success;

describe('what a key may be asked with', () => {
  it('is kept as it was sent, and times in UTC', () => {
    const all = {
      ...least,
      types: ['parcel.sent'],
      sources: ['/tills/1'],
      rate: { requests: 10, events: 100, bytes: 419_431 },
      tenant: 'acme',
    };
    expect(newKey('dev').parse({ ...all, expires: '2027-01-01T01:00:00+01:00' })).toEqual({
      ...all,
      expires: '2027-01-01T00:00:00.000Z',
    });
    expect(newKey('dev').parse(least)).toEqual(least);
  });

  it.each([
    { name: 'A z.0_:-' },
    { name: 'n'.repeat(64) },
    { scopes: ['operator', 'keys:write'] },
    { types: names(50) },
    { sources: names(20) },
    { sources: ['s'.repeat(512)] },
    { rate: {} },
    { rate: { bytes: 419_431 } },
    { tenant: 't'.repeat(64) },
  ])('may be %j', (change) => expect(takes(change)).toBe(true));

  it.each([
    { name: '' },
    { name: 'n'.repeat(65) },
    { name: 'ä' },
    { name: 'a\nb' },
    { name: '"' },
    { scopes: [] },
    { scopes: ['*'] },
    { scopes: ['events:write', 'events:write'] },
    { scopes: 'events:write' },
    { types: [] },
    { types: names(51) },
    { types: ['Parcel'] },
    { types: ['a.b', 'a.b'] },
    { types: null },
    { sources: names(21) },
    { sources: [''] },
    { sources: ['s'.repeat(513)] },
    { expires: 'tomorrow' },
    { expires: 1 },
    { rate: { bytes: 419_430 } },
    { rate: { events: 0 } },
    { rate: { events: 1.5 } },
    { rate: { colours: 1 } },
    { tenant: 'A' },
    { tenant: '' },
    { tenant: 't'.repeat(65) },
    { hash: 'x' },
    { id: 'x' },
  ])('may not be %j', (change) => expect(takes(change)).toBe(false));
});

describe('a tenant', () => {
  it('is never all of them, and local is one on this machine alone', () => {
    const taken = (stage: string) => ['acme', 'local', '*'].filter((name) => tenantOf(stage).safeParse(name).success);
    expect(taken('prod')).toEqual(['acme']);
    expect(taken('local')).toEqual(['acme', 'local']);
    expect(takes({ tenant: 'local' })).toBe(false);
  });

  it('has a name that is a message group of SQS as it is (protocol: fair-queues)', () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (MessageGroupId)
    const group = /^[\x21-\x7e]{1,128}$/;
    const printable = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    const taken = [...printable, 't'.repeat(64)].filter((name) => tenantName.safeParse(name).success);
    expect(taken).toHaveLength(38);
    expect(taken.filter((name) => !group.test(name))).toEqual([]);
  });

  it('may be limited and disabled, and nothing else is said of it', () => {
    expect(tenantBody.parse({})).toEqual({});
    expect(tenantBody.parse({ rate: { events: 5 }, waits: 0, disabled: true })).toMatchObject({ waits: 0 });
    for (const wrong of [{ waits: -1 }, { disabled: 'true' }, { rate: null }, { tenant: 'acme' }])
      expect(tenantBody.safeParse(wrong).success).toBe(false);
  });
});

describe('the overlap of a rotation', () => {
  it('is a day unless it is said, and 30 days at most', () => {
    expect(rotation.parse({})).toEqual({ overlap: 86_400 });
    for (const overlap of [0, 2_592_000]) expect(rotation.parse({ overlap })).toEqual({ overlap });
    for (const overlap of [-1, 2_592_001, 1.5, '1', null]) expect(rotation.safeParse({ overlap }).success).toBe(false);
  });
});
