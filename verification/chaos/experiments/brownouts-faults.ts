import type { FaultProxy } from '../../../test/support/fault-proxy.ts';
import type { Random } from '../harness/random.ts';

export const dependencies = ['mongodb', 'redis', 'sqs'] as const;
export type Named = (typeof dependencies)[number];

export const faults = ['closed port', 'black hole', '2 s delay', 'cut in answers'] as const;
export type Fault = (typeof faults)[number];

const DELAY_MS = 2000;
/** So often the next answer is chosen to be cut, which leaves hardly any whole. */
const CUT_EVERY_MS = 10;

/**
 * Lets a dependency misbehave.
 * @returns ends the fault; what was under way when it ended is cut, because its bytes are lost or late
 */
export async function misbehave(proxy: FaultProxy, fault: Fault, random: Random): Promise<() => Promise<void>> {
  switch (fault) {
    case 'closed port':
      await proxy.closePort();
      return () => proxy.openPort();
    case 'black hole':
    case '2 s delay':
      proxy.mode = fault === 'black hole' ? 'silent' : DELAY_MS;
      return async () => {
        proxy.cut();
        proxy.mode = 'pass';
      };
    case 'cut in answers': {
      const arm = () => proxy.cutAfter(1 + random.below(60));
      arm();
      const arming = setInterval(arm, CUT_EVERY_MS);
      return async () => {
        clearInterval(arming);
        proxy.cutAfter(Number.POSITIVE_INFINITY);
      };
    }
  }
}
