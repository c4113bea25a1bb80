import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { trace } from '@opentelemetry/api';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../../lib/sdk/log.ts';
import { createTracing, REGISTERED } from '../../../lib/wiring/tracing.ts';
import { silentLog } from '../../support/log.ts';
import { type RegisteredSdk, registerSdk } from '../../support/registered-sdk.ts';

const of = { operation: 'create', queue: 'http://queue/a-b', type: 'a.b', traceparent: undefined } as const;
const plenty = () => 20_000;
let sdk: RegisteredSdk | undefined;
afterEach(async () => {
  await sdk?.end();
  sdk = undefined;
  Reflect.deleteProperty(globalThis, REGISTERED);
});

describe('the tracing of a function', () => {
  it('is none where nobody has registered', async () => {
    const tracing = createTracing(silentLog);
    expect(await tracing.load()).toBeUndefined();
    expect(await tracing.during(async () => 'done', plenty)).toBe('done');
  });

  it('sends its spans when an invocation ends, also where that fails', async () => {
    sdk = registerSdk();
    const tracing = createTracing(silentLog);
    const loaded = await tracing.load();
    const work = tracing.during(async () => {
      loaded?.begin(of).end();
      expect(sdk?.spans()).toEqual([]);
      throw new Error('broken');
    }, plenty);
    await expect(work).rejects.toThrow('broken');
    expect(sdk.spans().map(({ name }) => name)).toEqual(['create a-b']);
  });

  it('breaks nothing where the SDK does, and where what takes spans does not answer', async () => {
    const said: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void said.push(message) };
    const broken = () => {
      throw new Error('of the SDK');
    };
    for (const flush of [broken, () => new Promise<never>(() => undefined)]) {
      trace.setGlobalTracerProvider(
        Object.assign({ getTracer: () => ({ startSpan: broken, startActiveSpan: broken }) }, { forceFlush: flush }),
      );
      const tracing = createTracing(log);
      const loaded = await tracing.load();
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
      const ran = tracing.during(async () => {
        const span = loaded?.begin({ ...of, traceparent });
        span?.end();
        return span?.within(() => span.traceparent);
      }, plenty);
      expect(await ran).toBe(traceparent);
      trace.disable();
    }
    expect(said).toEqual(Array(4).fill('spans are lost'));
  });
});

it('a function starts where the SDK gives no tracer', async () => {
  const said: string[] = [];
  const getTracer = () => {
    throw new Error('of the SDK');
  };
  trace.setGlobalTracerProvider({ getTracer });
  const tracing = createTracing({ ...silentLog, warn: (message) => void said.push(message) });
  expect(await tracing.load()).toBeUndefined();
  expect(await tracing.during(async () => 'done', plenty)).toBe('done');
  expect(said).toEqual(['spans are lost']);
  trace.disable();
});

it('sending spans takes no time that the answer needs', async () => {
  const hangs = () => new Promise<never>(() => undefined);
  const noop = trace.getTracer('none');
  trace.setGlobalTracerProvider(Object.assign({ getTracer: () => noop }, { forceFlush: hangs }));
  const said: unknown[] = [];
  const log: Log = { ...silentLog, warn: (_, details) => void said.push(details?.error) };
  expect(
    await createTracing(log).during(
      async () => 'done',
      () => 130,
    ),
  ).toBe('done');
  expect(
    await createTracing(log).during(
      async () => 'done',
      () => 0,
    ),
  ).toBe('done');
  expect(said.map(String)).toEqual([30, 0].map((ms) => `Error: they were not taken within ${ms} ms`));
  trace.disable();
});

describe('a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
  let chunks: string[];
  beforeAll(async () => {
    const { metafile } = await build({
      entryPoints: [join(import.meta.dirname, '../../../lib/wiring/tracing.ts')],
      ...{ outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, format: 'esm' },
      ...{ platform: 'node', target: 'node24', mainFields: ['module', 'main'], metafile: true },
    });
    chunks = Object.values(metafile.outputs)
      .filter(({ entryPoint }) => entryPoint?.endsWith('lib/wiring/tracing.ts'))
      .flatMap(({ inputs }) => Object.keys(inputs));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('loads the API only where an SDK has registered', () => {
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.filter((input) => input.includes('@opentelemetry'))).toEqual([]);
  });

  // The API in it is another copy than the SDK's: both know each other by a global symbol.
  it('meets the SDK of a layer', async () => {
    const bundled: typeof import('../../../lib/wiring/tracing.ts') = await import(
      pathToFileURL(join(folder, 'tracing.mjs')).href
    );
    sdk = registerSdk();
    const tracing = bundled.createTracing(silentLog);
    const loaded = await tracing.load();
    await tracing.during(async () => loaded?.begin(of).end(), plenty);
    expect(sdk.spans().map(({ name }) => name)).toEqual(['create a-b']);
  });
});
