import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
/** Where the local stack is called from; what is deployed calls none, and the client is given its address. */
const FOLDERS = ['deploy', 'local', 'examples', 'test', 'verification'];

/** May send requests of their own, and why. */
const NOT_TO_THE_STACK: Readonly<Record<string, string>> = {
  'examples/handlers/outside-call.ts': 'shows how a handler calls a service outside',
  'local/stack/caller.ts': 'the one place',
  'local/stack/mapping/sqs-calls.ts': 'asks SQS',
  'test/callers.test.ts': 'shows what the rule finds',
  'test/client/client.test.ts': 'the client itself, before a server of its own',
  'test/client/types.test.ts': 'the client itself, before a server of its own',
  'test/lib/adapters/mongo/silence.contract.test.ts': 'a proxy before MongoDB',
  'test/lib/adapters/redis/engine-thread.ts': 'stands before an engine of its own, and counts its answers',
  'test/lib/adapters/redis/rate-limit.contract.test.ts': 'stands before Redis, and counts packets',
  'test/lib/adapters/sqs/sqs.contract.test.ts': 'asks the embedded SQS',
  'test/lib/wiring/rest.contract.test.ts': 'a connection to a server of its own',
  'test/lib/wiring/fetch-frames.test.ts': 'calls a port at which nobody is',
  'test/local/stack/engines/program.contract.test.ts': 'asks a program of its own',
  'test/local/stack/function-process/pool.contract.test.ts': 'asks an inspector',
  'test/local/stack/gateway/gateway.contract.test.ts': 'the gateway alone, on a server of its own',
  'test/local/stack/mapping/support.ts': 'asks the embedded SQS',
  'test/deploy/apart/shape.test.ts': 'an event file that waits for something outside of its thread',
  'test/support/access/raw-request.ts': 'sends targets that fetch would mend',
  'test/support/e2e.ts': 'asks the desk of the shared stack where that is',
  'test/support/fault-proxy.ts': 'a proxy before an engine',
  'test/support/mongo-behind-password.ts': 'stands before an engine',
  'test/support/redis-behind-tls.ts': 'asks a Redis of its own',
  'test/support/inspector.ts': 'a debugger before an inspector',
  'verification/artefact/bootstrap.ts': 'asks Lambda for invocations',
  'verification/artefact/emulated-environment.ts': 'asks an emulator of Lambda',
  'verification/bench/groups/ingest.ts': 'asks the server of a peer',
  'verification/bench/harness/counting-proxy.ts': 'stands before engines, and counts commands',
  'verification/bench/harness/posts.ts':
    'sends by sockets what caller.ts says, because fetch costs a tenth of the stack',
  'verification/bench/peers/powertools.ts': 'makes a client of Redis',
  'verification/chaos/experiments/crashes-queues.ts': 'asks SQS',
  'verification/chaos/experiments/poison.ts': 'asks SQS',
  'verification/chaos/harness/engines.ts': 'asks SQS whether it is up',
  'verification/chaos/harness/queues.ts': 'asks the embedded SQS',
  'verification/emulator/emulator.ts': 'asks an emulator of AWS whether it is up',
  'verification/redis-fuzz/connection.ts': 'speaks to a Redis, byte for byte',
};
/** Talk to engines in their own protocols. */
const ENGINES = 'test/local/engines/';
/** Make events of API Gateway, and what its authorizer found. */
const GATEWAY: Readonly<Record<string, string>> = {
  'test/callers.test.ts': 'shows what the rule finds',
  'test/support/api-gateway.ts': 'the one place',
  'test/support/http-api.ts': 'an HTTP API in memory, with the authorizer before it',
  'test/support/access/hostile/authorizations.ts': 'what our authorizer never says',
  'test/lib/http/api-documents/rare-answers.test.ts': 'what our authorizer never says',
  'test/lib/http/authorize.test.ts': 'what the authorizer says, handed on',
  'test/lib/http/http-function.test.ts': 'an authorizer before a route for anyone, or with a scope more',
  'test/lib/wiring/functions/one-declaration.test.ts': 'the authorizer that is deployed',
  'verification/artefact/deployed.ts': 'the authorizer of a template',
};

/** Whatever sends a request but a method of something else: `caller.fetch(…)`; and the client of the service. */
const REQUESTS =
  /(?<![\w.])fetch\(|globalThis\.fetch\b|\bcreateClient[(<]|\bcreateHttp\(|\bhttps?\.(?:request|get)\(|\$\{[\w.]*\bapi\}\//g;
/** Modules that a request can be sent with, and the names in them that do; a module as a whole has them all. */
const SENDERS =
  /^import (?:type )?(?:\w+|\* as \w+|\{[^}]*\b(?<!type )(?:request|get|connect|createConnection|fetch)\b[^}]*\}) from '(?:node:(?:https?|http2|net|tls)|undici)';$/gm;
const EVENTS = /\brequestContext: \{|\bauthorizer: \{|\bconst authorizer\b/g;

const code = (text: string): string => text.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '');
const requestsIn = (text: string): string[] =>
  [REQUESTS, SENDERS].flatMap((rule) => [...code(text).matchAll(rule)].map(([found]) => found));
const eventsIn = (text: string): string[] => [...code(text).matchAll(EVENTS)].map(([found]) => found);

const sources = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
  .map((path) => path.split(sep).join('/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const filesWith = (rule: (text: string) => string[], folder = ''): string[] =>
  sources.filter(({ path, text }) => path.startsWith(folder) && rule(text).length > 0).map(({ path }) => path);

describe('requests to a running stack', () => {
  it('are sent through local/stack/caller.ts, which knows its address and what every request carries', () => {
    expect(filesWith(requestsIn).filter((path) => !(path in NOT_TO_THE_STACK || path.startsWith(ENGINES)))).toEqual([]);
  });

  it('have no exception that sends none', () => {
    const senders = filesWith(requestsIn);
    expect(Object.keys(NOT_TO_THE_STACK).filter((path) => !senders.includes(path))).toEqual([]);
  });

  it.each([
    'await fetch(url);',
    'const one = globalThis.fetch;',
    "createClient({ baseUrl: 'http://localhost:3000' });",
    'createClient<typeof parcelSent>({ baseUrl });',
    'http.request(options);',
    "import http from 'node:http';",
    "import * as net from 'node:net';",
    "import { Agent, request } from 'node:https';",
    "import { type Socket, connect } from 'node:net';",
    "import { fetch } from 'undici';",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template
    'open(`${stack.api}/events`);',
  ])('are found: %s', (text) => {
    expect(requestsIn(text)).not.toEqual([]);
  });

  it.each([
    'await caller.fetch(path);',
    '// fetch(url) would do the same',
    "import { createServer, type IncomingMessage } from 'node:http';",
    "import type { AddressInfo } from 'node:net';",
  ])('are not: %s', (text) => {
    expect(requestsIn(text)).toEqual([]);
  });
});

describe('requests as API Gateway hands them on', () => {
  it('are made in test/support/api-gateway.ts, with whoever calls', () => {
    const makers = [...filesWith(eventsIn, 'test/'), ...filesWith(eventsIn, 'verification/')];
    const others = makers.filter((path) => !(path in GATEWAY) && !path.startsWith('test/local/stack/gateway/'));
    expect(others).toEqual([]);
    expect(Object.keys(GATEWAY).filter((path) => !makers.includes(path))).toEqual([]);
  });

  it.each([
    'post({ authorizer: { tenant } });',
    'const authorizer = key;',
    'const event = { requestContext: { http } };',
  ])('are found: %s', (text) => {
    expect(eventsIn(text)).not.toEqual([]);
  });
});
