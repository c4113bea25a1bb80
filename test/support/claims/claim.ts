import { type TestFunction, test } from 'vitest';

/** How a local engine stands to the real thing: `does` the same, `refuses` what the real one does, or `differs` in a way that cannot be refused. */
export type Stand = 'does' | 'refuses' | 'differs';
export type Engine = 'mongo' | 'redis' | 'sqs' | 'mapping' | 'gateway';

/** What one test shows of an engine. docs/local.md is made of these. */
export interface Claim {
  engine: Engine;
  stand: Stand;
  /** What the file is about: `transactions`. */
  area: string;
  /** The page that says how the real one behaves. */
  page: string;
  /** What the test ran on: `embedded`, `redis-server 7.0.15 (found)`. */
  ranOn: string;
}

declare module 'vitest' {
  interface TaskMeta {
    claim?: Claim;
  }
}

type Claiming = (page: string, title: string, run: TestFunction) => void;

/** Where the pages of each engine begin; a page that is a whole address stays as it is. */
const DOCUMENTATION: Record<Engine, string> = {
  mongo: 'https://www.mongodb.com/docs/manual/',
  redis: 'https://redis.io/docs/latest/',
  sqs: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/',
  mapping: 'https://docs.aws.amazon.com/lambda/latest/dg/',
  gateway: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/',
};

/** Which server a test of an engine has before it; set by the configuration where it is not the embedded one. */
const serverOf = (engine: Engine): string =>
  ({ mongo: process.env.TEST_MONGODB, redis: process.env.TEST_REDIS, sqs: process.env.TEST_SQS })[engine as string] ??
  'embedded';

/**
 * Tests that say what a local engine does, refuses or does otherwise, each with the page that it follows, for one area of one engine.
 * They take a page (below the engine's documentation, or a whole address), a title, and what to run. `refuses` and `differs` hold of the
 * embedded engine alone and are left out on any other.
 */
export function claims(engine: Engine, area: string): Record<Stand, Claiming> {
  const ranOn = serverOf(engine);
  const claiming =
    (stand: Stand): Claiming =>
    (page, title, run) => {
      const claim: Claim = { engine, stand, area, page: new URL(page, DOCUMENTATION[engine]).href, ranOn };
      if (stand === 'does' || ranOn === 'embedded') test(title, { meta: { claim } }, run);
    };
  return { does: claiming('does'), refuses: claiming('refuses'), differs: claiming('differs') };
}
