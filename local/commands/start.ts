/** `npm start`: everything on this machine, until Ctrl-C, with what was there when it ended the last time. */
const OLDEST_NODE = 24;
const DEFAULT_PORT = 3000;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
  end(`Sluice needs Node ${OLDEST_NODE} or newer; this is ${process.version}`);
else await start();

async function start(): Promise<void> {
  const { readOptions, refuse } = await import('../../deploy/command-line.ts');
  const { values } = readOptions('npm start', {
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      fresh: { type: 'boolean', default: false },
      inspect: { type: 'boolean', default: false },
      keys: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const { inspect, keys, quiet, verbose, fresh } = values;
  if (quiet && verbose) refuse('npm start', '--quiet or --verbose, not both');
  console.log('Sluice is starting …');
  const { checkStart } = await import('../stack/check-start.ts');
  const { launch, LaunchError } = await import('../stack/launch.ts');
  const { endWithNpm } = await import('../terminal/end-with-npm.ts');
  const { isColoured } = await import('../terminal/line.ts');
  endWithNpm();
  // The stack has a process of its own and hears Ctrl-C itself; a signal to this process alone is passed on.
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  try {
    const port = Number(values.port);
    const fault = await checkStart(port, process.env);
    if (fault !== undefined) return end(fault);
    const { SLUICE_STATE } = process.env;
    const state = SLUICE_STATE === 'none' ? 'none' : fresh || SLUICE_STATE === 'fresh' ? 'fresh' : 'kept';
    const launched = await launch({
      port,
      engines: process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found',
      inspect,
      keys,
      state,
      reload: true,
      logFile: state === 'none' ? undefined : await logFileOf(port),
      terminal: {
        show: quiet ? 'faults' : verbose ? 'all' : 'happenings',
        colour: isColoured(process.env, process.stdout.isTTY),
      },
      line: console.log,
      signal: interrupted.signal,
    });
    console.log(`Ready in ${(performance.now() / 1000).toFixed(1)} s.\n${launched.banner}`);
    process.exitCode = await launched.ended;
  } catch (error) {
    if (interrupted.signal.aborted) return;
    if (!(error instanceof LaunchError)) throw error;
    end(error.message);
  }
}

/** Beside what is kept; a start at another port at the same time has its own. */
async function logFileOf(port: number): Promise<string> {
  const { join } = await import('node:path');
  return join(import.meta.dirname, `../../.sluice/log-${port}.jsonl`);
}

function end(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
