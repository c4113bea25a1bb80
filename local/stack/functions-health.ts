import { type Dependency, messageOf } from '../../lib/core/errors.ts';
import { KEPT_MS } from '../../lib/http/get-health.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Backend } from './backend.ts';
import { EngineError } from './engines/engine-error.ts';
import type { Engines } from './engines/engines.ts';
import { eventOf } from './gateway/event.ts';

const ROUTE = 'GET /health';
/** A machine that has much to do answers late once; it does not three times, 5 s apart. */
const LOOKS = 3;
const DEPENDENCIES = ['mongodb', 'redis', 'sqs'] as const satisfies readonly Dependency[];
/** For people. */
export const nameOf: Readonly<Record<Dependency, string>> = { mongodb: 'MongoDB', redis: 'Redis', sqs: 'SQS' };
const ENGINES = { mongodb: 'mongo', redis: 'redis', sqs: 'sqs' } as const satisfies Record<Dependency, keyof Named>;
type Named = { readonly [engine in 'mongo' | 'redis' | 'sqs']: Pick<Engines[engine], 'name'> };

/**
 * Asks the functions whether they reach what this process reached: they have an environment of their own. It is the function of
 * `GET /health` that is invoked, and its answer that counts.
 * @param engines what answered this process
 * @throws EngineError of one line that names what does not serve the functions, or says why their health cannot be told
 */
export async function checkFunctions(
  { routes }: Pick<Backend, 'routes'>,
  engines: Named,
  clock: Pick<Clock, 'now' | 'sleep'>,
): Promise<void> {
  const invoke = routes.get(ROUTE);
  if (!invoke) return;
  for (let look = 1; ; look++) {
    const fault = await faultIn(invoke, engines, clock.now());
    if (fault === undefined) return;
    if (look === LOOKS) throw new EngineError(fault);
    // The function gives the same answer for so long.
    await clock.sleep(KEPT_MS, undefined);
  }
}

async function faultIn(
  invoke: (event: ReturnType<typeof eventOf>) => Promise<unknown>,
  engines: Named,
  received: number,
): Promise<string | undefined> {
  const request = { method: 'GET', url: '/health', rawHeaders: [], body: null, sourceIp: '127.0.0.1', received };
  try {
    const answer = await invoke(eventOf(request, { routeKey: ROUTE, pathParameters: {} }));
    const silent = silentIn(isRecord(answer) && typeof answer.body === 'string' ? JSON.parse(answer.body) : answer);
    return silent.length === 0 ? undefined : silentLine(silent, engines);
  } catch (error) {
    return `the functions do not say whether they reach MongoDB, Redis and SQS: ${ROUTE}: ${messageOf(error)}`;
  }
}

/** What the body of a health answer does not call up. @throws Error when it is none */
export function silentIn(health: unknown): Dependency[] {
  const said = isRecord(health) ? health.dependencies : undefined;
  if (!isRecord(said)) throw new Error(`this is no health: ${JSON.stringify(health)?.slice(0, 200)}`);
  return DEPENDENCIES.filter((name) => said[name] !== 'up');
}

function silentLine(silent: readonly Dependency[], engines: Named): string {
  const named = silent.map((one) => `${nameOf[one]} (${engines[ENGINES[one]].name})`).join(' and ');
  const verb = silent.length > 1 ? 'do' : 'does';
  return `${named} answered this start and ${verb} not serve the functions, whose environment is their own; docs/local.md: Functions`;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
