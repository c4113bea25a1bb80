/** `npm run engine`: one embedded engine alone, for a shell, a browser of databases or a test suite, until Ctrl-C. */
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { checkPort } from '../stack/check-port.ts';
import { endWithNpm } from '../terminal/end-with-npm.ts';

interface Alone {
  /** What it is, as a person calls it. */
  title: string;
  /** Where clients look for it. */
  port: number;
  start(port: number, testCommands: boolean): Promise<{ address: string; stop(): Promise<void> }>;
}

const engines = new Map<string, Alone>([
  [
    'mongo',
    {
      title: 'MongoDB, a replica set of one',
      port: 27_017,
      async start(port, testCommands) {
        const { startMongo } = await import('../engines/mongo/server.ts');
        const { uri, stop } = await startMongo({ port, testCommands });
        return { address: uri, stop };
      },
    },
  ],
  [
    'redis',
    {
      title: 'Redis',
      port: 6379,
      async start(port) {
        const { startRedis } = await import('../engines/redis/server.ts');
        const { url, stop } = await startRedis({ port });
        return { address: url, stop };
      },
    },
  ],
  [
    'sqs',
    {
      title: 'SQS, with no queues yet, any region and any credentials',
      port: 9324,
      async start(port) {
        const { startSqs } = await import('../engines/sqs/server.ts');
        const { endpoint, stop } = await startSqs({ port, queues: [] });
        return { address: endpoint, stop };
      },
    },
  ],
]);

const SCRIPT = 'npm run engine';

async function run(): Promise<void> {
  const { values, positionals } = readOptions(SCRIPT, {
    allowPositionals: true,
    options: { port: { type: 'string' }, 'test-commands': { type: 'boolean', default: false } },
  });
  const [name = '', ...rest] = positionals;
  const engine = engines.get(name);
  if (!engine || rest.length > 0) return refuse(SCRIPT, `which engine? one of ${[...engines.keys()].join(', ')}`);
  if (values['test-commands'] && name !== 'mongo') return refuse(SCRIPT, '--test-commands are of mongo');
  const port = values.port === undefined ? engine.port : Number(values.port || Number.NaN);
  const fault = await checkPort(port, `npm run engine ${name} --`);
  if (fault !== undefined) return end(fault);
  const stopped = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve());
  const { address, stop } = await engine.start(port, values['test-commands']);
  console.log(
    `${engine.title}: ${address} (embedded, for this machine: in memory, nothing kept; not for production; what it refuses: docs/local.md). Ctrl-C ends it.`,
  );
  await stopped.promise;
  await stop();
}

function end(line: string): void {
  console.error(line);
  process.exitCode = 1;
}

endWithNpm();
await run();
