import { createContext, runInContext } from 'node:vm';

/** Reads of members that hostile values count; a walk without a bound would go on for ever. */
export interface Reads {
  count: number;
}

const trap = (): never => {
  throw new Error('trap');
};
const proxied = (target: object, read: (name: string | symbol) => unknown): object =>
  new Proxy(target, { get: (_, name) => read(name) });

/** Answers in turn, each time another one. */
function turning(answers: readonly (() => unknown)[]): () => unknown {
  let turn = 0;
  return () => answers[turn++ % answers.length]?.();
}

/** An AggregateError whose errors are none, and then itself, so often. */
function toggling(reads: Reads, first: () => unknown, second: (error: object) => unknown): object {
  const error = new AggregateError([], 'toggling');
  const next = turning([first, () => second(error)]);
  const get = () => {
    reads.count++;
    return next();
  };
  return Object.defineProperties(error, { errors: { get }, cause: { get: () => error } });
}

/** A tree of proxies that has no end: whatever is asked of it is another one, a list of ten, or an error. */
function endless(reads: Reads, target: () => object): object {
  return proxied(target(), (name) => {
    reads.count++;
    if (reads.count > 5_000_000) throw new Error('it is read without end');
    if (name === 'length') return 10;
    return typeof name === 'symbol' || name === 'toJSON' || name === 'then' ? undefined : endless(reads, target);
  });
}

const lengths: readonly unknown[] = [
  Symbol('length'),
  { valueOf: trap },
  { [Symbol.toPrimitive]: trap },
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  1e308,
  '7',
  2n ** 70n,
  null,
];

class Bytes extends Uint8Array {
  override get byteLength(): number {
    return trap();
  }
}

const realms = [
  "Object.assign(new Error('elsewhere'), { code: 'E', document: { email: 'ann@example.org' } })",
  "new Proxy(Object.assign(new Error('elsewhere'), { code: 'E' }), {})",
  "new AggregateError([new Error('one'), Object.assign(new Error('two'), { code: 'TWO' })], 'elsewhere')",
  "Object.assign(Promise.resolve(1), { code: 'E' })",
  "Object.assign(new Map([[1, 2]]), { code: 'E' })",
  "Object.assign(new Set([1]), { code: 'E' })",
  '[{}, [], { a: 1 }]',
  'new Proxy([], { get: () => Symbol() })',
];

/**
 * What a handler may throw, return, log or give as details, made to break whoever reads it twice, deep, or to its end.
 * @param reads counts what is read of those that have no end
 */
export function hostileValues(reads: Reads): readonly (readonly [name: string, make: () => unknown])[] {
  const nothing = () => [];
  // Made once: a getter that makes one for each read takes the time and the memory by itself, whoever reads.
  const list = Array(1e6).fill('x');
  const text = 'x'.repeat(5e6);
  const bytes = Buffer.alloc(5e7);
  const elsewhere = createContext();
  return [
    ['errors that are none, then itself', () => toggling(reads, nothing, (error) => [error])],
    ['errors that are itself, then none', () => toggling(reads, nothing, (error) => Array(10).fill(error))],
    [
      'errors that are a list, then none',
      () =>
        toggling(
          reads,
          () => list,
          () => trap(),
        ),
    ],
    ['an error without end', () => endless(reads, () => new Error('endless'))],
    ['a list without end', () => endless(reads, () => [])],
    ['an object without end', () => endless(reads, () => ({}))],
    ['errors in errors', () => endless(reads, () => new AggregateError([], 'endless'))],
    ...lengths.map(
      (length, index) =>
        [`a length of its own, ${index}`, () => proxied([1], (name) => (name === 'length' ? length : 1))] as const,
    ),
    ...realms.map((code) => [`of another realm: ${code}`, (): unknown => runInContext(code, elsewhere)] as const),
    ['bytes that do not tell how many', () => new Bytes(3)],
    ['a toJSON that gives itself', () => Object.assign({}, { toJSON: () => endless(reads, () => ({})) })],
    [
      'a toJSON that is another each time',
      () => Object.defineProperty({}, 'toJSON', { get: turning([() => trap, nothing]) }),
    ],
    ['a thenable', () => Object.defineProperty({}, 'then', { value: trap })],
    ['a then that throws', () => Object.defineProperty({}, 'then', { get: trap, enumerable: true })],
    ['prototypes without end', prototypesWithoutEnd],
    ['a list of which little is set', () => new Array(4_294_967_295)],
    ['a text in a box', () => new String(text)],
    ['many bytes', () => bytes],
    ['a tag that throws', () => Object.defineProperty({}, Symbol.toStringTag, { get: trap })],
  ];
}

function prototypesWithoutEnd(): object {
  const handler: ProxyHandler<object> = { getPrototypeOf: () => new Proxy({}, handler) };
  return new Proxy({}, handler);
}
