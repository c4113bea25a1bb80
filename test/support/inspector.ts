import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in a script as the protocol counts it, from 0. */
interface Location {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}
interface Script {
  scriptId: string;
  url: string;
  sourceMapURL: string;
}
/** Of https://chromedevtools.github.io/devtools-protocol/v8/Debugger/ what is used here. */
interface Events {
  'Debugger.scriptParsed': Script;
  'Debugger.paused': { callFrames: { functionName: string; location: Location }[] };
}

export interface Inspector {
  /** Stops where a line of a source begins. @param file path from the project @param line from 1 @throws Error when no script is made of it */
  breakAt(project: string, file: string, line: number): Promise<void>;
  /** Where it is paused, in the words of the sources; waits for it. */
  paused(): Promise<{ functionName: string; file: string; line: number }>;
  resume(): Promise<void>;
  close(): void;
}

/** Attaches to a process as a debugger does. */
export async function attach(port: number): Promise<Inspector> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const scripts = new Map<string, Script>();
  const answers = new Map<number, PromiseWithResolvers<unknown>>();
  let pause = Promise.withResolvers<Events['Debugger.paused']>();
  socket.onmessage = ({ data }) => {
    const { id, method, params, error, result } = JSON.parse(String(data));
    if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, params);
    if (method === 'Debugger.paused') pause.resolve(params);
    if (error) answers.get(id)?.reject(new Error(error.message));
    else answers.get(id)?.resolve(result);
  };
  let sent = 0;
  const ask = (method: string, params: object = {}) => {
    sent += 1;
    const answer = Promise.withResolvers<unknown>();
    answers.set(sent, answer);
    socket.send(JSON.stringify({ id: sent, method, params }));
    return answer.promise;
  };
  const mapOf = ({ url, sourceMapURL }: Script) => {
    const path = fileURLToPath(url);
    const map = new SourceMap(JSON.parse(readFileSync(join(dirname(path), sourceMapURL), 'utf8')));
    return { path, map };
  };
  await ask('Debugger.enable');
  return {
    async breakAt(project, file, line) {
      const mapped = [...scripts.values()].filter(({ url, sourceMapURL }) => url.includes('/dist') && sourceMapURL);
      for (const script of mapped) {
        const { path, map } = mapOf(script);
        const text = readFileSync(path, 'utf8').split('\n');
        for (const [lineNumber, { length }] of text.entries())
          for (let columnNumber = 0; columnNumber < length; columnNumber++) {
            const entry = map.findEntry(lineNumber, columnNumber);
            if (!('originalSource' in entry) || entry.originalLine !== line - 1) continue;
            if (relative(project, join(dirname(path), entry.originalSource)) !== file) continue;
            await ask('Debugger.setBreakpoint', { location: { scriptId: script.scriptId, lineNumber, columnNumber } });
            return;
          }
      }
      throw new Error(`no script is made of ${file}:${line}`);
    },
    async paused() {
      const [frame] = (await pause.promise).callFrames;
      const script = scripts.get(frame?.location.scriptId ?? '');
      if (!frame || !script) throw new Error('paused nowhere');
      const { path, map } = mapOf(script);
      const entry = map.findEntry(frame.location.lineNumber, frame.location.columnNumber);
      if (!('originalSource' in entry)) throw new Error(`paused at ${path}, which no source says`);
      return {
        functionName: frame.functionName,
        file: join(dirname(path), entry.originalSource),
        line: entry.originalLine + 1,
      };
    },
    async resume() {
      pause = Promise.withResolvers();
      await ask('Debugger.resume');
    },
    close: () => socket.close(),
  };
}
