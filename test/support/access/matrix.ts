import { expect } from 'vitest';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';
import type { Answer, Caller } from './callers.ts';
import { expected } from './expected.ts';
import { type Example, type RouteRequest, requestOf, type Things } from './things.ts';

/** What came back, whoever said it. */
export interface Came {
  status: number;
  mediaType: string;
  text: string;
}

/** Every route that the code has. */
export const routesOfTheCode = (): string[] => httpFunctions.flatMap(({ routes }) => Object.keys(routes));

export interface MatrixOptions {
  callers: readonly Caller[];
  example: Example;
  /** One of everything, of the tenant that the callers are, or are not, of. */
  newThings(): Promise<Things>;
  send(request: RouteRequest, caller: Caller): Promise<Came>;
}

/**
 * Sends every caller's request of every route, and compares all that comes with what docs/http.md says. Those who may not, ask for the
 * same things, and whoever may finds them unharmed after that.
 */
export async function expectMatrix({ callers, example, newThings, send }: MatrixOptions): Promise<void> {
  const wrong: string[] = [];
  const cells = routesOfTheCode().map(async (route) => {
    const rule = expected[route];
    if (!rule) return void wrong.push(`${route} is in no table of expectations`);
    const shared = await newThings();
    const [may, mayNot] = [callers.filter(({ opens }) => opens(rule)), callers.filter(({ opens }) => !opens(rule))];
    for (const caller of [...mayNot, ...may]) {
      const changes = caller !== may[0] && may.includes(caller) && !route.startsWith('GET ');
      const came = await send(requestOf(route, changes ? await newThings() : shared, example), caller);
      const [is, should] = [answerIn(came), caller.answer(rule)];
      if (is.status !== should.status || (should.code !== undefined && is.code !== should.code))
        wrong.push(`${route} by ${caller.name}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
    }
  });
  await Promise.all(cells);
  expect(wrong).toEqual([]);
}

function answerIn({ status, mediaType, text }: Came): Answer {
  const body: { code?: string } = JSON.parse(text);
  if (status < 300) return { status };
  if (mediaType.startsWith('application/problem+json')) return { status, code: body.code ?? 'none' };
  return { status, code: /^\{"message":"[A-Z][A-Za-z ]+"\}$/.test(text) ? 'gateway' : text };
}
