import type { Mutant } from '../mutant.ts';

const admission = { file: 'local/stack/gateway/admission.ts', caughtBy: 'test/local/stack/gateway/admission.test.ts' };
const environment = 'test/local/stack/function-process/environment.test.ts';
const health = { file: 'local/stack/functions-health.ts', caughtBy: 'test/local/stack/functions-health.test.ts' };
const certificates = { file: 'deploy/ca-file.ts', caughtBy: 'test/deploy/ca-file.test.ts' };

const broken: Omit<Mutant, 'engine'>[] = [
  {
    ...admission,
    name: 'any-host-will-do',
    search: 'if (stranger !== undefined)',
    replace: 'if (stranger === null)',
    title: 'a Host .* is not answered',
  },
  {
    ...admission,
    name: 'request-target-unseen',
    search: 'return authority === undefined ? hosts : [...hosts, authority];',
    replace: 'return authority === null ? [] : hosts;',
    title: 'in the request target counts',
  },
  {
    ...admission,
    name: 'two-hosts-are-one',
    search: "if (hosts.length !== 1) return [hosts.join(', ')];",
    replace: "if (hosts.length === 0) return [''];",
    title: 'comes twice',
  },
  {
    ...admission,
    name: 'loopback-by-its-look',
    file: 'local/stack/gateway/loopback.ts',
    search: "hostname.endsWith('.localhost')",
    replace: "hostname.includes('localhost')",
    title: 'a Host .* is not answered',
  },
  {
    ...admission,
    name: 'pages-change-what-they-like',
    search: 'if (foreign === undefined) return undefined;',
    replace: 'if (foreign !== null) return undefined;',
    title: 'an Origin .* may change nothing',
  },
  {
    ...admission,
    name: 'null-is-an-origin-of-ours',
    search: "if (admitted.origins.includes('*') ||",
    replace: "if (origin === 'null' || admitted.origins.includes('*') ||",
    title: '"null" may change nothing',
  },
  {
    ...admission,
    name: 'only-the-first-origin-counts',
    search: 'origins.every((one) =>',
    replace: 'origins.slice(0, 1).every((one) =>',
    title: 'comes twice is foreign',
  },
  {
    ...admission,
    name: 'sec-fetch-site-unseen',
    search: "site !== 'same-origin' && site !== 'none'",
    replace: "site === ''",
    title: 'does not hide what a browser says',
  },
  {
    name: 'the-gateway-asks-nobody',
    file: 'local/stack/gateway/gateway.ts',
    search: 'if (said) return write(res, said, {});',
    replace: '',
    caughtBy: 'test/local/stack/gateway/gateway.contract.test.ts',
    title: 'A page of this machine may call in any case',
  },
  {
    name: 'every-page-may-call-local',
    file: 'deploy/cors.ts',
    search: "const LOOPBACK = 'http://localhost:*';",
    replace: "const LOOPBACK = '*';",
    caughtBy: 'test/deploy/derive.test.ts',
    title: 'lets no page call on stage local',
  },
  {
    name: 'refusals-undocumented',
    file: 'lib/http/api-documents/openapi-answers.ts',
    search: "...(isLocal ? ['`host-not-allowed`'] : []),",
    replace: '',
    caughtBy: 'test/lib/http/api-documents/openapi.test.ts',
    title: 'what the gateway of this machine refuses',
  },
  {
    name: 'pages-ask-the-queues',
    file: 'local/engines/sqs/listener.ts',
    search: 'if (isOfAPage(request.headers)) return refuse(response, 403, NO_PAGE);',
    replace: '',
    caughtBy: 'test/local/engines/sqs/server.contract.test.ts',
    title: 'no web page may ask it',
  },
  {
    name: 'functions-without-authorities',
    file: 'local/stack/function-process/environment.ts',
    search: '...networkVariables(machine),',
    replace: '',
    caughtBy: environment,
    title: 'NODE_EXTRA_CA_CERTS',
  },
  {
    name: 'functions-without-options',
    file: 'local/stack/function-process/environment.ts',
    search: '...optionsOf(environment, machine),',
    replace: '',
    caughtBy: environment,
    title: 'the options of Node for that',
  },
  {
    name: 'functions-with-all-options',
    file: 'local/stack/function-process/network.ts',
    search: ".filter(([, name = '']) => NETWORK_OPTIONS.includes(name))",
    replace: '',
    caughtBy: environment,
    title: 'the options of Node for that',
  },
  {
    ...certificates,
    name: 'missing-certificates-are-packaged',
    file: 'deploy/template.ts',
    search: 'checkCaFile(settings, root);',
    replace: '',
    title: 'a file that is missing',
  },
  {
    ...certificates,
    name: 'private-keys-are-deployed',
    search: '/PRIVATE KEY-----/.test(text)',
    replace: '/PUBLIC KEY-----/.test(text)',
    title: 'a private key',
  },
  {
    ...certificates,
    name: 'certificates-where-nobody-looks',
    search: "const TASK_ROOT = '/var/task';",
    replace: "const TASK_ROOT = '/opt';",
    title: 'are packaged with every function',
  },
  {
    ...health,
    name: 'ready-whatever-functions-reach',
    search: 'if (look === LOOKS) throw new EngineError(fault);',
    replace: 'if (look === LOOKS) return;',
    title: 'what is silent from the functions',
  },
  {
    ...health,
    name: 'silence-is-health',
    search: "said[name] !== 'up'",
    replace: "said[name] === 'silent'",
    title: 'what is silent from the functions',
  },
  {
    name: 'the-demo-crawls-without-a-word',
    file: 'local/commands/demo/silence.ts',
    search: 'silent = seen;',
    replace: '',
    caughtBy: 'test/local/commands/demo/silence.test.ts',
    title: 'which dependency is silent',
  },
];

/** Who may ask this machine, and whom functions reach, where it was wrong. */
export const network: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'network' }));
