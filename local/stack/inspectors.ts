import { checkPort, START } from './check-port.ts';
import type { LocalFunction } from './service.ts';

/** By the key of a function the port at which a debugger finds its process. */
export type Inspectors = ReadonlyMap<string, number>;

/** Node's own, which debuggers look at first: https://nodejs.org/en/learn/getting-started/debugging */
const FIRST_PORT = 9229;

/** A free port of the loopback interface for each function; those of event types come first. */
export async function inspectorsOf(
  functions: readonly Pick<LocalFunction, 'key' | 'environment'>[],
): Promise<Inspectors> {
  const isConsumer = ({ environment }: Pick<LocalFunction, 'environment'>) => 'EVENT_TYPE' in environment;
  const sorted = functions.toSorted((one, other) => Number(isConsumer(other)) - Number(isConsumer(one)));
  const inspectors = new Map<string, number>();
  let port = FIRST_PORT;
  for (const { key } of sorted) {
    while ((await checkPort(port, START)) !== undefined) port += 1;
    inspectors.set(key, port);
    port += 1;
  }
  return inspectors;
}

/** What the banner says of them; nothing where there are none. */
export const inspectorsText = (inspectors: Inspectors = new Map()): string =>
  inspectors.size === 0
    ? ''
    : [
        'Each function has one process, no time limit, and an inspector on 127.0.0.1:',
        '',
        ...[...inspectors].map(([key, port]) => `  ${port}  ${key}`),
        '',
        '',
      ].join('\n');
