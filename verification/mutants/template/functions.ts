import type { Mutant } from '../mutant.ts';

const file = 'deploy/functions.ts';
const api = 'deploy/http-api.ts';
const caughtBy = 'test/deploy/rules/functions.test.ts';
const time = 'has its time';

const broken: Omit<Mutant, 'engine' | 'caughtBy'>[] = [
  {
    name: 'a layer is there and nothing starts its SDK',
    file: 'deploy/tracing.ts',
    search: 'AWS_LAMBDA_EXEC_WRAPPER: tracing.wrapper ?? WRAPPER, ',
    replace: '',
    title: 'has the layers of its stage',
  },
  {
    name: 'the SDK is started and its layer is not there',
    file,
    search: '    ...layersOf(settings),\n',
    replace: '',
    title: 'has the layers of its stage',
  },
  {
    name: 'a function answers when the API no longer listens',
    file: 'deploy/sizes.ts',
    search: 'const HTTP_TIMEOUT = 29;',
    replace: 'const HTTP_TIMEOUT = 31;',
    title: time,
  },
  {
    name: 'a consumer ends with its handler',
    file: 'lib/core/function-time.ts',
    search: 'const BESIDE_SECONDS = 10;',
    replace: 'const BESIDE_SECONDS = 0;',
    title: time,
  },
  {
    name: 'a batch that fell apart has no time for its events',
    file: 'lib/core/function-time.ts',
    search: '(definition.handleBatch ? 2 : 1) * definition.queue.timeout',
    replace: '1 * definition.queue.timeout',
    title: time,
  },
  {
    name: 'one bad message brings back its batch',
    file,
    search: "functionResponseType: 'ReportBatchItemFailures',\n      ...how,",
    replace: '...how,',
    title: 'answers for each message',
  },
  {
    name: 'a queue is read with all that the account has',
    file,
    search: 'maximumConcurrency: concurrency,\n    },',
    replace: 'maximumConcurrency: 1000,\n    },',
    title: 'in batches as its declaration says',
  },
  {
    name: 'every function has every address',
    file: 'deploy/environment.ts',
    search: "const names = new Set(['STAGE', ...variablesOf(needs)]);",
    replace: "const names = new Set(['STAGE', ...variablesOf(needs), ...Object.keys(values)]);",
    title: 'has the addresses that it needs',
  },
  {
    name: 'a letter is believed whoever sent it',
    file: 'deploy/environment.ts',
    search: "LETTER_SENDERS: 'checked',",
    replace: "LETTER_SENDERS: 'any',",
    title: 'has the addresses that it needs',
  },
  {
    name: 'a function is packaged with all bundles',
    file,
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: "patterns: ['!**', `${dist}/${name}/**`,",
    replace: "patterns: ['!**', `${dist}/**`,",
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    title: 'is packaged with its own bundle',
  },
  {
    name: 'functions run outside the network of their stage',
    file,
    search: '...(settings.vpc && { vpc: settings.vpc }),',
    replace: '',
    title: 'runs in the network',
  },
  {
    name: 'nobody counts open failures',
    file,
    search: 'isLocal(settings) ? [] : [{ schedule:',
    replace: 'everyMinutes > 0 ? [] : [{ schedule:',
    title: 'that the clock starts',
  },
  {
    name: 'what only reads needs no key',
    file,
    search: "const open = isLocal(settings) || access === 'anyone';",
    replace: "const open = isLocal(settings) || access === 'anyone' || route.startsWith('GET /failures');",
    title: 'before every route but GET /health',
  },
  {
    name: 'the answer about a key is remembered by more than the key',
    file: api,
    search: "identitySource: ['$request.header.Authorization'],",
    replace: "identitySource: ['$request.header.Authorization', '$context.routeKey'],",
    title: 'asks it with the header alone',
  },
  {
    name: 'a key that was revoked is remembered for an hour',
    file: api,
    search: 'resultTtlInSeconds: settings.authorizerTtl,',
    replace: 'resultTtlInSeconds: 3600,',
    title: 'remembers its answer',
  },
  {
    name: 'the API is not throttled',
    file: api,
    search: 'DefaultRouteSettings: limit(throttle),',
    replace: '',
    title: 'lets in so many requests',
  },
  {
    name: 'whoever has no key is not throttled',
    file: api,
    search: 'RouteSettings: { [HEALTH.key]: limit(healthThrottle) },',
    replace: '',
    title: 'lets in so many requests',
  },
  {
    name: 'there is no access log',
    file: api,
    search: '!isLocal(settings) && { format: JSON.stringify(line) };',
    replace: 'isLocal(settings) && { format: JSON.stringify(line) };',
    title: 'logs every request',
  },
  {
    name: 'the access log has addresses of callers',
    file: api,
    search: "bytes: '$context.responseLength',",
    replace: "bytes: '$context.responseLength', ip: '$context.identity.sourceIp',",
    title: 'neither a key nor an address',
  },
  {
    name: 'every page may call',
    file: 'deploy/cors.ts',
    search: '...settings.origins],',
    replace: "...settings.origins, '*'],",
    title: 'of the origins that the stage names',
  },
  {
    name: 'the domain takes old TLS',
    file: 'deploy/domain.ts',
    search: "SecurityPolicy: 'TLS_1_2'",
    replace: "SecurityPolicy: 'TLS_1_0'",
    title: 'with TLS 1.2',
  },
  {
    name: 'nothing bears its stage',
    file: 'deploy/provider.ts',
    search: '({ service, stage }: Settings) => ({ service, stage });',
    replace: '({ service }: Settings) => ({ service });',
    title: 'bears its service and stage',
  },
  {
    name: 'packages may be made public',
    file: 'deploy/provider.ts',
    search: 'blockPublicAccess: true,',
    replace: 'blockPublicAccess: false,',
    title: 'that nobody else reaches',
  },
  {
    name: 'the package before is gone when it is wanted',
    file: 'deploy/provider.ts',
    search: 'const KEPT_PACKAGES = 30;',
    replace: 'const KEPT_PACKAGES = 1;',
    title: 'which keeps what a delivery goes back to',
  },
];

export const functions: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'functions', caughtBy }));
