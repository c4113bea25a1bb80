import { lazy } from '../core/lazy.ts';
import type { Span, SpanOf, Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { systemClock } from './clock.ts';

/** The tracing of a function, for all invocations of its process. */
export interface FunctionTracing {
  /** Undefined where nobody takes spans: then nothing of OpenTelemetry is loaded. */
  load(): Promise<Tracing | undefined>;
  /**
   * Does the work of one invocation; its spans are sent when it ends, however it does.
   * @param remainingMs until Lambda ends it
   */
  during<Value>(work: () => Promise<Value>, remainingMs: () => number): Promise<Value>;
}

/**
 * Where the API of OpenTelemetry keeps what an SDK has registered, by its major version, so that the API of a layer and the one in a
 * bundle meet there: https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
export const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** A collector that does not answer keeps no caller waiting for longer. */
const FLUSH_MS = 500;
/** What is left for the answer, which an invocation that runs out of time does not give. */
const BESIDE_MS = 100;

/**
 * Spans go to an SDK that has registered before the function starts, as a layer does. A fault in telling them ends nothing: the work goes
 * on, and the log says so.
 */
export function createTracing(log: Log): FunctionTracing {
  const lost = (error: unknown): void => log.warn('spans are lost', { error });
  const sdk = lazy(async () => {
    if (!(REGISTERED in globalThis)) return undefined;
    try {
      const { openTelemetry } = await import('../adapters/opentelemetry/tracing.ts');
      const { begin, flush } = openTelemetry();
      return { begin: (of: SpanOf) => harmless(() => begin(of), of, lost), flush };
    } catch (error) {
      lost(error);
      return undefined;
    }
  });
  const flush = async (remainingMs: number): Promise<void> => {
    const ms = Math.max(0, Math.min(FLUSH_MS, remainingMs - BESIDE_MS));
    const over = new AbortController();
    const tooLong = systemClock.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) lost(new Error(`they were not taken within ${ms} ms`));
    });
    try {
      await Promise.race([(await sdk())?.flush(), tooLong]);
    } catch (error) {
      lost(error);
    } finally {
      over.abort('done');
    }
  };
  return {
    load: sdk,
    during: async (work, remainingMs) => {
      try {
        return await work();
      } finally {
        if (REGISTERED in globalThis) await flush(remainingMs());
      }
    },
  };
}

/** A span of an SDK that may break: then the trace is handed on as it came. */
function harmless(begin: () => Span, { traceparent }: SpanOf, lost: (error: unknown) => void): Span {
  try {
    const { end, ...span } = begin();
    return {
      ...span,
      end: (how) => {
        try {
          end(how);
        } catch (error) {
          lost(error);
        }
      },
    };
  } catch (error) {
    lost(error);
    return { traceparent, within: (work) => work(), end: () => undefined };
  }
}
