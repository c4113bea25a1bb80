import { describe, expect, it } from 'vitest';
import { intruder } from '../../deploy/intruder.ts';

const mongodb = 'node_modules/mongodb/lib/index.js';

describe('what must not be in a bundle', () => {
  it('is the driver of what its function does not need: ingest goes on without MongoDB', () => {
    expect(intruder('ingest', ['functions/x.ts', mongodb])).toBe(
      `functions/ingest.ts: the mongodb driver (${mongodb}) is in its bundle, its declaration has no mongodb`,
    );
    expect(intruder('consume', ['functions/x.ts', mongodb])).toBeUndefined();
    expect(intruder('ingest', ['node_modules/mongodb-connection-string-url/lib/index.js'])).toBeUndefined();
    expect(intruder('catalogue', [mongodb])).toContain('has no mongodb');
    expect(intruder('query', ['node_modules/@aws-sdk/client-sqs/dist-es/index.js'])).toContain('has no sqs');
  });

  it('is another function', () => {
    const [own, other] = ['lib/wiring/bulk-replay.ts', 'lib/wiring/replay.ts'];
    expect(intruder('bulk-replay', [own, other])).toBe(`functions/bulk-replay.ts: replay (${other}) is in its bundle`);
    expect(intruder('bulk-replay', [own, 'lib/wiring/desk-ports.ts'])).toBeUndefined();
  });
});
