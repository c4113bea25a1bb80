import { join } from 'node:path';
import { systemClock } from '../../lib/wiring/clock.ts';
import { backendLog, closeLog, openLog, output, say, tell } from '../terminal/output.ts';
import { isAttended } from '../terminal/terminal.ts';
import { asksForKeys } from './asks-for-keys.ts';
import { checkOnce } from './checked-configuration.ts';
import { collectGarbage } from './collect-garbage.ts';
import { faultLine } from './fault-line.ts';
import type { Framework, Options } from './framework.ts';
import { checkFunctions } from './functions-health.ts';
import type { Gateway } from './gateway/gateway.ts';
import { inspectorsOf, inspectorsText } from './inspectors.ts';
import { leftQueued } from './left-queued.ts';
import { openGateway } from './open-gateway.ts';
import { overridesIn } from './overrides.ts';
import type { Question } from './questions.ts';
import { startReaper } from './reaper.ts';
import type { Sources } from './reload/sources.ts';
import { addressesOf, answerTo, type Running } from './running.ts';
import { readService } from './service.ts';
import type { State } from './state/keep-state.ts';

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
  #healthy: Promise<void> | undefined;
  #starting = false;
  #sources: Sources = new Map();

  constructor(framework: Framework, options: Options) {
    this.#framework = framework;
    this.#options = options;
    if (framework.processedInput.commands[0] === 'offline') checkOnce(framework);
    // Whoever launched this process is gone, perhaps already.
    if (process.send && !process.connected) process.exit(1);
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.on('message', (question: Question) => void answerTo(question, this.#running).then(tell));
    // Listening for that must not keep a process that has nothing else to do: one whose configuration cannot be read.
    process.channel?.unref();
    this.hooks = {
      // Before any plugin builds.
      initialize: () => this.#orEnd(() => this.#readSources()),
      // `offline` has no step after its server is up; `offline start` does the same and has.
      'before:offline:start': () => framework.pluginManager.spawn('offline:start'),
      'before:offline:start:init': () => this.#orEnd(() => this.#prepare()),
      // After the build, which is in a plugin before this one, and before the server, which is in one behind it.
      'offline:start:init': async () => this.#warm(),
      'after:offline:start:init': () => this.#orEnd(() => this.#open()),
      'before:offline:start:end': () => this.#close(),
      error: async (error) => {
        if (this.#starting) await this.#end(error);
      },
    };
  }

  /** What changes from now on is to be seen. */
  async #readSources(): Promise<void> {
    if (!process.env.SLUICE_RELOAD) return;
    const [{ readSources, sourceFolders }, { eventFolder }] = await Promise.all([
      import('./reload/sources.ts'),
      import('../../deploy/event-folder.ts'),
    ]);
    const { serviceDir } = this.#framework;
    this.#sources = readSources(serviceDir, sourceFolders(eventFolder(serviceDir)));
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
    // It is our gateway that asks the authorizer.
    this.#options.noAuth = true;
    const service = readService(this.#framework.service);
    const { name: SERVICE, stage: STAGE, region, queues } = service;
    const overrides = overridesIn(process.env);
    const { host } = this.#options;
    const callers = asksForKeys({ stage: STAGE, host, env: process.env }) ? 'need a key' : 'need none';
    const { environments: settings, lines } = await readLocalSettings(serviceDir, process.env);
    for (const line of lines) say(line);
    const reaper = startReaper();
    const { watch } = reaper;
    const mode = process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found';
    const startEmbedded = startApart({ watch, died: (fault) => void this.#end(fault) });
    const engines = await chooseEngines({ mode, region, queues, startEmbedded, log: say, watch });
    const inspectors = process.env.SLUICE_INSPECT ? await inspectorsOf(service.functions) : undefined;
    const made = { service, engines, folder: serviceDir, overrides, settings, callers, watch, inspectors } as const;
    const backend = startBackend({ ...made, output, log: backendLog });
    const { MONGODB_DATABASE } = overrides;
    const mongo = { SERVICE, STAGE, MONGODB_URI: engines.mongo.uri, ...(MONGODB_DATABASE && { MONGODB_DATABASE }) };
    this.#running = { service, engines, backend, reaper, mongo, inspectors, callers };
    const [{ stateOf }, { prepareDatabase }] = await Promise.all([
      import('./state/state-of.ts'),
      import('./database.ts'),
    ]);
    const kept = join(serviceDir, '.sluice');
    this.#state = await stateOf(kept, engines, { SERVICE, STAGE, ...overrides }, say);
    await prepareDatabase(mongo, say);
    if (callers === 'need none' || STAGE !== 'local') return;
    const { localKey } = await import('./local-key.ts');
    this.#running.key = await localKey(kept, { ...overrides, ...mongo, REDIS_URL: engines.redis.url }, backendLog);
  }

  #warm(): void {
    if (!this.#running) return;
    const { backend, engines } = this.#running;
    backend.warm();
    this.#healthy = checkFunctions(backend, engines, systemClock);
    // Told when all else is up.
    this.#healthy.catch(() => {});
  }

  async #open(): Promise<void> {
    if (!this.#running) return;
    const { backend, engines, inspectors, key } = this.#running;
    await this.#state?.begin();
    this.#gateway = openGateway(this.#running, this.#framework, this.#options.host ?? '');
    collectGarbage();
    await this.#healthy;
    backend.open();
    const [{ bannerOf }, { loadEventFolder }] = await Promise.all([
      import('../terminal/banner.ts'),
      import('../../deploy/event-types.ts'),
    ]);
    const { entries } = await loadEventFolder();
    const api = `http://${this.#options.host}:${this.#options.httpPort}`;
    const examples = entries.map(({ definition }) => definition);
    const told = { api, engines, logFile: openLog(), examples, state: this.#state?.said ?? 'not kept', key };
    const banner = bannerOf(told) + inspectorsText(inspectors);
    if (process.env.SLUICE_RELOAD) await this.#watch(this.#running);
    if (!tell({ kind: 'ready', ...addressesOf(this.#running, api), banner })) console.log(banner);
  }

  async #watch({ backend, mongo, service: { functions } }: Running): Promise<void> {
    const { startReload } = await import('./reload/start.ts');
    const { serviceDir, service, pluginManager } = this.#framework;
    this.#stopReload = await startReload({
      project: serviceDir,
      plugins: pluginManager.plugins,
      settings: service.custom.sluice,
      functions,
      sources: this.#sources,
      mongo,
      replace: backend.replace,
      say,
    });
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
    if (running && this.#gateway && isAttended(process.env))
      say(await leftQueued(running, this.#state?.isKept ?? false));
    await this.#state?.end();
    await running?.engines.stop();
    running?.reaper.stop();
    closeLog();
  }
}
