import { join } from 'node:path';
import { databaseOf } from '../../lib/core/config.ts';
import { backendLog, closeLog, logFile, openLog, output, say, tell } from '../terminal/output.ts';
import type { Backend } from './backend.ts';
import type { Engines } from './engines/engines.ts';
import type { MongoEnvironment } from './environment.ts';
import { faultLine } from './fault-line.ts';
import type { Framework, Options } from './framework.ts';
import { attachGateway, type Gateway } from './gateway/gateway.ts';
import { serverOf } from './gateway/hapi.ts';
import { type Inspectors, inspectorsOf, inspectorsText } from './inspectors.ts';
import { overridesIn } from './overrides.ts';
import type { Answer, Question } from './questions.ts';
import { type Reaper, startReaper } from './reaper.ts';
import { type LocalService, queueNamePrefixOf, readService } from './service.ts';
import type { State } from './state/keep-state.ts';

interface Running {
  engines: Engines;
  backend: Backend;
  reaper: Reaper;
  service: LocalService;
  /** Of its functions, and of what is done for them. */
  mongo: MongoEnvironment;
  inspectors: Inspectors | undefined;
}

/** How long invocations and requests under way may take to end. */
const END_MS = 5000;

/** Makes of `serverless offline` the whole of Sluice on this machine: engines, queues, functions, mappings. */
export default class LocalPlugin {
  readonly hooks: Record<string, (error?: unknown) => Promise<void>>;
  readonly #framework: Framework;
  readonly #options: Options;
  #running: Running | undefined;
  #state: State | undefined;
  #stopReload: (() => Promise<void>) | undefined;
  #gateway: Gateway | undefined;
  #starting = false;

  constructor(framework: Framework, options: Options) {
    this.#framework = framework;
    this.#options = options;
    // Whoever launched this process is gone, perhaps already.
    if (process.send && !process.connected) process.exit(1);
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.on('message', (question: Question) => void this.#answer(question).then(tell));
    // Listening for that must not keep a process that has nothing else to do: one whose configuration cannot be read.
    process.channel?.unref();
    this.hooks = {
      // `offline` has no step after its server is up; `offline start` does the same and has.
      'before:offline:start': () => framework.pluginManager.spawn('offline:start'),
      'before:offline:start:init': () => this.#orEnd(() => this.#prepare()),
      // After the build, which is in a plugin before this one, and before the server, which is in one behind it.
      'offline:start:init': async () => this.#running?.backend.warm(),
      'after:offline:start:init': () => this.#orEnd(() => this.#open()),
      'before:offline:start:end': () => this.#close(),
      error: async (error) => {
        if (this.#starting) await this.#end(error);
      },
    };
  }

  async #prepare(): Promise<void> {
    this.#starting = true;
    const [{ startBackend }, { chooseEngines }, { startApart }, { freePort }, { readLocalSettings }] =
      await Promise.all([
        import('./backend.ts'),
        import('./engines/engines.ts'),
        import('./engines/embedded/apart.ts'),
        import('./engines/program.ts'),
        import('./settings.ts'),
      ]);
    const { serviceDir } = this.#framework;
    this.#options.host ??= '127.0.0.1';
    this.#options.httpPort ??= 3000;
    this.#options.lambdaPort ??= await freePort();
    this.#options.noSponsor = true;
    this.#options.disableCookieValidation = true;
    const service = readService(this.#framework.service);
    const { name: SERVICE, stage: STAGE } = service;
    const overrides = overridesIn(process.env);
    const { environments: settings, lines } = await readLocalSettings(serviceDir, process.env);
    for (const line of lines) say(line);
    const { region, queues, functions } = service;
    const reaper = startReaper();
    const { watch } = reaper;
    const mode = process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found';
    const startEmbedded = startApart({ watch, died: (fault) => void this.#end(fault) });
    const engines = await chooseEngines({ mode, region, queues, startEmbedded, log: say, watch });
    const inspectors = process.env.SLUICE_INSPECT ? await inspectorsOf(functions) : undefined;
    const made = { service, engines, folder: serviceDir, overrides, settings, watch, inspectors };
    const backend = startBackend({ ...made, output, log: backendLog });
    const { MONGODB_DATABASE } = overrides;
    const mongo = { SERVICE, STAGE, MONGODB_URI: engines.mongo.uri, ...(MONGODB_DATABASE && { MONGODB_DATABASE }) };
    this.#running = { engines, backend, reaper, service, mongo, inspectors };
    const [{ stateOf }, { prepareDatabase }] = await Promise.all([
      import('./state/state-of.ts'),
      import('./database.ts'),
    ]);
    this.#state = await stateOf(join(serviceDir, '.sluice'), engines, { SERVICE, STAGE, ...overrides }, say);
    await prepareDatabase(mongo, say);
  }

  async #open(): Promise<void> {
    if (!this.#running) return;
    const { backend, engines, service, mongo, inspectors } = this.#running;
    this.#gateway = attachGateway(serverOf(this.#framework.pluginManager.plugins), {
      routes: backend.routes,
      cors: this.#framework.service.provider.httpApi?.cors || undefined,
      failed: (routeKey, message) => backendLog.error(`${routeKey} was not answered: ${message}`),
    });
    backend.open();
    this.#state?.begin();
    const [{ bannerOf }, { loadEventFolder }] = await Promise.all([
      import('../terminal/banner.ts'),
      import('../../deploy/event-types.ts'),
    ]);
    const { entries } = await loadEventFolder();
    const api = `http://${this.#options.host}:${this.#options.httpPort}`;
    openLog();
    const examples = entries.map(({ definition }) => definition);
    const said = this.#state?.said ?? 'not kept';
    const banner = bannerOf(api, engines, logFile, examples, said) + inspectorsText(inspectors);
    const addresses = {
      api,
      mongoUri: engines.mongo.uri,
      redisUrl: engines.redis.url,
      sqsEndpoint: engines.sqs.endpoint,
      queueUrlPrefix: `${engines.sqs.queueUrlPrefix}${queueNamePrefixOf(service)}`,
      service: service.name,
      stage: service.stage,
      database: databaseOf(mongo),
    };
    if (process.env.SLUICE_RELOAD) await this.#watch(this.#running);
    if (!tell({ kind: 'ready', ...addresses, banner })) console.log(banner);
  }

  async #watch({ backend, service: { functions }, mongo }: Running): Promise<void> {
    const { startReload } = await import('./reload/start.ts');
    const { serviceDir, service, pluginManager } = this.#framework;
    this.#stopReload = await startReload({
      project: serviceDir,
      plugins: pluginManager.plugins,
      settings: service.custom.sluice,
      functions,
      mongo,
      replace: backend.replace,
      say,
    });
  }

  async #answer(question: Question): Promise<Answer> {
    const { backend, engines } = this.#running ?? {};
    if (question.ask === 'kill') {
      const bodies = await backend?.killConsumer(question.type, question.afterMs, question.withinMs);
      return { kind: 'kill', bodies: bodies ?? null };
    }
    if (question.ask === 'outage') {
      await engines?.mongo.away?.(question.ms);
      return { kind: 'outage', shown: engines?.mongo.away !== undefined };
    }
    const { usedMemory } = await import('../commands/memory/used.ts');
    const processes = { main: usedMemory(), ...(await engines?.memory()), ...(await backend?.memory()) };
    return { kind: 'memory', processes };
  }

  async #orEnd(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.#end(error);
    }
  }

  /** Ends the process, however far it came, and says why: of a fault that a person can mend one line, of any other all there is. */
  async #end(error: unknown): Promise<never> {
    setTimeout(() => process.exit(1), 2 * END_MS);
    const line = faultLine(error);
    if (!tell({ kind: 'fault', line })) console.error(line);
    try {
      await this.#close();
    } finally {
      process.exit(1);
    }
  }

  async #close(): Promise<void> {
    const running = this.#running;
    await this.#stopReload?.();
    await Promise.all([this.#gateway?.close(END_MS), running?.backend.stop(END_MS)]);
    await this.#state?.end();
    await running?.engines.stop();
    running?.reaper.stop();
    closeLog();
  }
}
