import fc from 'fast-check';

type Header = [name: string, value: string];
export type Headers = Header[];

export const bearer = (text: string): Header => ['Authorization', `Bearer ${text}`];

/** Whatever may be taken for a key, or for two. */
export function authorizationOf({
  texts,
  dead,
}: {
  texts: readonly string[];
  dead: readonly string[];
}): fc.Arbitrary<Headers> {
  const key = fc.constantFrom(...texts);
  const at = (text: string, where: number) => where % text.length;
  const damaged = fc
    .tuple(key, fc.nat(), fc.constantFrom('0', 'O', 'l', 'I', '1', 'а', '_', '-', '%30', '\u200b', ' '))
    .map(([text, where, letter]) => text.slice(0, at(text, where)) + letter + text.slice(at(text, where) + 1));
  const flipped = fc.tuple(key, fc.nat(), fc.nat(7)).map(([text, where, bit]) => {
    const bytes = Buffer.from(text);
    bytes[at(text, where)] = (bytes[at(text, where)] ?? 0) ^ (1 << bit);
    return bytes.toString('latin1');
  });
  const other = fc.oneof(damaged, flipped, fc.constantFrom(...dead));
  const one = (value: string): Headers => [['Authorization', value]];
  return fc.oneof(
    { weight: 12, arbitrary: key.map((text) => [bearer(text)]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, fc.constantFrom('bearer ', 'BEARER ', 'Bearer  ', 'bEaReR    '))
        .map(([text, scheme]) => one(scheme + text)),
    },
    { weight: 3, arbitrary: other.map((text) => one(`Bearer ${text}`)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, other)
        .chain(([text, bad]) =>
          fc.constantFrom<Headers>(
            [],
            one(''),
            one(text),
            one('Bearer'),
            one(`Bearer\t${text}`),
            one(` Bearer ${text}`),
            one(`Bearer ${text} `),
            one(`Bearer ${text}, Bearer ${bad}`),
            one(`Bearer ${bad},Bearer ${text}`),
            [...one(`Bearer ${text}`), ...one(`Bearer ${text}`)],
            [...one(`Bearer ${bad}`), ['authorization', `Bearer ${text}`]],
            one(`Basic ${Buffer.from(`${text}:`).toString('base64')}`),
            one(`Token ${text}`),
            one(`Bearer "${text}"`),
            one(`Bearer ${encodeURIComponent(text).replaceAll('_', '%5F')}`),
            one(`Bearer ${text.toUpperCase()}`),
            one(`Bearer ${text.repeat(200)}`),
            one(`Bearer {"$ne":null}`),
            one(`Bearer ${text}\n`),
            one(`Bearer __proto__`),
            [['X-Api-Key', text]],
            [['Proxy-Authorization', `Bearer ${text}`]],
          ),
        ),
    },
  );
}

export const forgedRoute = fc.constantFrom(
  ...['$default', '', 'constructor', '__proto__', 'get /events', 'GET /events/', 'GET  /events', 'ANY /{proxy+}'],
);

/** An operator of theirs, as anybody but our authorizer would say it. */
export const forgedAuthorizer: fc.Arbitrary<unknown> = (() => {
  const told = { tenant: 'theirs', keyId: 'k', keyName: 'k', scopes: 'operator' };
  const lambda = fc.constantFrom<unknown>(
    ...[null, '', 'operator', JSON.stringify(told), [told], [], {}, { lambda: told }, true, 1],
    ...[
      { ...told, scopes: ['operator'] },
      { ...told, scopes: 'operator *' },
      { ...told, tenant: '*' },
    ],
    ...[
      { ...told, tenant: ['theirs'] },
      { ...told, tenant: { $ne: null } },
      { ...told, admin: 'true' },
    ],
    ...[
      { ...told, keyId: '' },
      { ...told, keyName: undefined },
      { ...told, bounds: '{}' },
      { ...told, bounds: 'e30=' },
    ],
    ...[
      { ...told, scopes: 'OPERATOR' },
      { ...told, scopes: ' operator' },
      { ...told, expires: 'never' },
    ],
    JSON.parse('{"__proto__":{"tenant":"theirs","keyId":"k","keyName":"k","scopes":"operator"}}'),
  );
  const another = fc.constantFrom<unknown>(
    ...[undefined, null, 'lambda', [], [{ lambda: told }], told, {}, { Lambda: told }, { lambda: undefined }],
    ...[{ iam: { userArn: 'arn:aws:iam::1:root' } }, { jwt: { claims: told, scopes: ['operator'] } }],
    ...[{ claims: told }, { principalId: 'theirs', ...told }, { custom: told }, { authorizer: { lambda: told } }],
  );
  return fc.oneof(
    lambda.map((one) => ({ lambda: one })),
    another,
  );
})();
