import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { REGISTERED } from '../../lib/wiring/tracing.ts';

export interface RegisteredSdk {
  /** Those that were sent, in the order of their ends. */
  spans(): ReadableSpan[];
  /** Sends what is held back. */
  flush(): Promise<void>;
  /** Takes it away again, without a trace of it: test files share a process. */
  end(): Promise<void>;
}

/** An SDK as a layer registers it: what it takes lies in memory, and is held back until somebody flushes. */
export function registerSdk(): RegisteredSdk {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 3_600_000 })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    spans: () => exporter.getFinishedSpans(),
    flush: () => provider.forceFlush(),
    end: async () => {
      trace.disable();
      context.disable();
      Reflect.deleteProperty(globalThis, REGISTERED);
      await provider.shutdown();
    },
  };
}
