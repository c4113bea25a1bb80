/**
 * `node load.mjs <module> [<file of an event>]`: what a process takes to load a function, and to answer a first request. JavaScript, so that
 * nothing of TypeScript counts. A runtime interface asks for its invocations by HTTP, so that is loaded for every function.
 */
import { readFileSync } from 'node:fs';
import 'node:http';

const [, , file, event] = process.argv;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const { handler } = await import(file);
const loaded = cpuMs();
const answer =
  event &&
  (await handler(JSON.parse(readFileSync(event, 'utf8')), {
    awsRequestId: 'first',
    getRemainingTimeInMillis: () => 10_000,
  }));
process.stdout.write(JSON.stringify({ loaded, first: cpuMs(), status: answer?.statusCode ?? null }), () =>
  process.exit(),
);
