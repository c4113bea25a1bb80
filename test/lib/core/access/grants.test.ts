import { describe, expect, it } from 'vitest';
import { excessOf, mayTouch, withDefaults } from '../../../../lib/core/access/grants.ts';
import type { Grants, Rate } from '../../../../lib/core/access/key-entry.ts';
import { type Scope, scopes } from '../../../../lib/core/access/scopes.ts';

const [soon, late] = ['2027-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z'];
const choices = {
  tenant: ['acme', 'other'],
  scopes: [['keys:write'], ['keys:write', 'events:read'], ['events:write'], ['catalogue:read'], ['operator']],
  types: [undefined, ['a.a'], ['b.b'], ['a.a', 'b.b']],
  sources: [undefined, ['/a'], ['/a', '/b']],
  expires: [undefined, soon, late],
  rate: [undefined, { events: 10 }, { events: 20 }, { events: 10, requests: 5 }, { bytes: 500_000 }],
} as const;

/** Every key of those that differ from this one in one or two bounds, so that each pair of rules meets. */
function* keys(from: Grants): Generator<Grants> {
  const names = ['tenant', 'scopes', 'types', 'sources', 'expires', 'rate'] as const;
  yield from;
  for (const [at, first] of names.entries())
    for (const second of names.slice(at))
      for (const one of choices[first])
        for (const other of choices[second]) yield { ...from, [first]: one, [second]: other };
}

const unbound: Grants = { tenant: 'acme', scopes: ['keys:write', 'events:read'] };
const bound: Grants = {
  tenant: 'acme',
  scopes: ['keys:write'],
  types: ['a.a', 'b.b'],
  sources: ['/a', '/b'],
  expires: soon,
  rate: { events: 20, requests: 5 },
};
const operator: Grants = { tenant: 'acme', scopes: ['operator'] };
const boundOperator: Grants = { ...bound, scopes: ['operator'] };
const texts = [unbound, bound, operator, boundOperator].flatMap((from) =>
  [...keys(from)].map((key) => JSON.stringify(key)),
);
const every: Grants[] = [...new Set(texts)].map((text) => JSON.parse(text));

/**
 * The oracle knows no rule, only what a key lets through: it tries every deed of each dimension. A key is within another when all
 * that it lets through the other lets through as well.
 */
const deeds = {
  scopes: scopes.filter((scope) => scope !== 'operator'),
  operator: [true],
  types: ['a.a', 'b.b', 'any.other'],
  sources: ['/a', '/b', '/any/other'],
  expires: ['2026-06-01T00:00:00Z', '2027-06-01T00:00:00Z', '2099-01-01T00:00:00Z'],
  rate: (['requests', 'events', 'bytes'] as const).flatMap((of) =>
    [5, 10, 20, 500_000, 1e12].map((n) => [of, n] as const),
  ),
};
type Dimension = keyof typeof deeds;
const lets: { [Name in Dimension]: (key: Grants, deed: (typeof deeds)[Name][number]) => boolean } = {
  scopes: (key, scope) => scope === 'catalogue:read' || key.scopes.some((one) => one === 'operator' || one === scope),
  operator: (key) => key.scopes.includes('operator'),
  types: ({ types = deeds.types }, type) => types.includes(type),
  sources: ({ sources = deeds.sources }, source) => sources.includes(source),
  expires: ({ expires = '9999' }, at) => at < expires,
  rate: ({ rate = {} }, [of, n]) => n <= (rate[of] ?? Number.POSITIVE_INFINITY),
};
const outside = <Name extends Dimension>(name: Name, has: Grants, wants: Grants): boolean =>
  deeds[name].some((deed: (typeof deeds)[Name][number]) => lets[name](wants, deed) && !lets[name](has, deed));
const dimensions = ['operator', 'scopes', 'types', 'sources', 'expires', 'rate'] as const;
function exceeded(has: Grants, wants: Grants) {
  const names = dimensions.filter((name) => outside(name, has, wants));
  // An operator has all scopes, which is said once.
  return names.includes('operator') ? names.filter((name) => name !== 'scopes') : names;
}

/** As `POST /keys` would ask for this key, saying everything. */
const asked = ({ tenant: _, ...key }: Grants) => key;
const show = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join(' ');

describe('the matrix of caller’s key x target’s key', () => {
  it('holds keys of every kind', () => {
    expect(every.length).toBeGreaterThan(300);
    const verdicts = [every[0], every.at(-1)].flatMap((one) => every.map((other) => one && mayTouch(one, other)));
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  const callers = every.filter((_, at) => at % 4 === 0);

  it('rotate, revoke: a key of its tenant that has no more; an operator any', () => {
    const wrong: string[] = [];
    for (const caller of callers)
      for (const target of every) {
        const may =
          caller.scopes.includes('operator') ||
          (caller.tenant === target.tenant && exceeded(caller, target).length === 0);
        if (mayTouch(caller, target) !== may) wrong.push(show(caller, target, may));
      }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('make: no more than the maker has, an operator neither', () => {
    const wrong: string[] = [];
    for (const maker of callers)
      for (const target of every) {
        const filled = {
          ...asked(maker),
          ...asked(target),
          rate: { ...maker.rate, ...target.rate },
          scopes: target.scopes,
        };
        const excess = excessOf(maker, asked(target));
        if (show(excess) !== show(exceeded(maker, { ...filled, tenant: maker.tenant })))
          wrong.push(show(maker, target, excess));
      }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('make, naming a tenant: an operator alone, were it one’s own', () => {
    for (const maker of callers)
      for (const tenant of ['acme', 'other', maker.tenant])
        expect(excessOf(maker, { scopes: maker.scopes, tenant }).includes('tenant')).toBe(
          !maker.scopes.includes('operator'),
        );
  });

  it('make, then touch: who may make a key may rotate and revoke it', () => {
    for (const maker of callers)
      for (const target of every.filter((_, at) => at % 11 === 0)) {
        const wanted = asked(target);
        if (excessOf(maker, wanted).length === 0) expect(mayTouch(maker, withDefaults(maker, wanted))).toBe(true);
      }
  });
});

describe('rules one by one', () => {
  const maker = bound;
  const wanted: { scopes: Scope[] } = { scopes: ['keys:write'] };

  it.each([
    ['operator', { scopes: ['operator'] }],
    ['scopes', { scopes: ['events:read'] }],
    ['types', { types: ['a.a', 'c.c'] }],
    ['sources', { sources: ['/c'] }],
    ['expires', { expires: late }],
    ['expires', { expires: 'never' }],
    ['rate', { rate: { events: 21 } }],
    ['tenant', { tenant: 'acme' }],
  ] as [string, { scopes?: Scope[]; rate?: Rate }][])('%s is exceeded by %j', (excess, change) => {
    expect(excessOf(maker, { ...wanted, ...change })).toEqual([excess]);
  });

  it('what is left out is the maker’s, each rate by itself', () => {
    expect(withDefaults(maker, wanted)).toEqual({ ...maker, scopes: ['keys:write'] });
    expect(withDefaults(maker, { ...wanted, rate: { events: 1 } }).rate).toEqual({ events: 1, requests: 5 });
    expect(withDefaults(unbound, wanted)).toEqual({ tenant: 'acme', scopes: ['keys:write'] });
    expect(withDefaults(operator, { ...wanted, tenant: 'other' })).toEqual({ tenant: 'other', scopes: ['keys:write'] });
  });

  it('a key that has no bound has more than one that has, and is not touched by it', () => {
    for (const name of ['types', 'sources', 'expires', 'rate'] as const) {
      const { [name]: _, ...more } = bound;
      expect(mayTouch(bound, more)).toBe(false);
      expect(mayTouch(more, bound)).toBe(true);
    }
  });
});
