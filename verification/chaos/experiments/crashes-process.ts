/** Makes one call of a function, and ends itself in the middle of it, as the order of its parent says. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Act, perform } from './crashes-act.ts';
import { type Boundary, nameOf, startLife } from './crashes-life.ts';
import { openTown, type Place, type Town } from './crashes-town.ts';

interface Order {
  place: Place;
  passed: number;
  mended: boolean;
  act: Act;
  at: Boundary;
}

/**
 * @param made what it says of its steps is added to these
 * @throws Error when the process did not come to that boundary
 */
export async function killAt(
  { place, time: { passed }, mood: { mended } }: Town,
  act: Act,
  at: Boundary,
  made: string[],
): Promise<void> {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (step: string) => made.push(step));
  child.send({ place, passed, mended, act, at } satisfies Order);
  const [code, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`a process that was to die ${nameOf(at)} ended with ${signal ?? code}`);
}

if (process.argv[1] === import.meta.filename)
  process.once('message', async ({ place, passed, mended, act, at }: Order) => {
    const town = openTown(place);
    town.time.passed = passed;
    town.mood.mended = mended;
    await perform(
      town,
      act,
      startLife(at, () => process.kill(process.pid, 'SIGKILL')),
    );
    process.exit(1);
  });
