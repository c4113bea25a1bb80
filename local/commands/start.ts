/** `npm start [-- --port 3000 --fresh --inspect]`: everything on this machine, until Ctrl-C, with what was there when it ended the last time. */
const OLDEST_NODE = 24;
const DEFAULT_PORT = 3000;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
  end(`Sluice needs Node ${OLDEST_NODE} or newer; this is ${process.version}`);
else await start();

async function start(): Promise<void> {
  const { parseArgs } = await import('node:util');
  const { checkStart } = await import('../stack/check-start.ts');
  const { launch, LaunchError } = await import('../stack/launch.ts');
  const { endWithNpm } = await import('../terminal/end-with-npm.ts');
  endWithNpm();
  // The stack has a process of its own and hears Ctrl-C itself; a signal to this process alone is passed on.
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        fresh: { type: 'boolean', default: false },
        inspect: { type: 'boolean', default: false },
      },
    });
    const { inspect } = values;
    const port = Number(values.port);
    const fault = await checkStart(port, process.env);
    if (fault !== undefined) return end(fault);
    const engines = process.env.SLUICE_ENGINES === 'embedded' ? 'embedded' : 'found';
    const state = process.env.SLUICE_STATE === 'none' ? 'none' : values.fresh ? 'fresh' : 'kept';
    const launched = await launch({
      port,
      engines,
      inspect,
      state,
      reload: true,
      line: console.log,
      signal: interrupted.signal,
    });
    console.log(launched.banner);
    process.exitCode = await launched.ended;
  } catch (error) {
    if (interrupted.signal.aborted) return;
    const expected = error instanceof LaunchError || (error instanceof TypeError && 'code' in error);
    if (!expected) throw error;
    end(error.message);
  }
}

function end(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
