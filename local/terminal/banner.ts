import { NO_EVENT_TYPES } from '../../deploy/event-types.ts';
import { type Caller, callerOf } from '../stack/caller.ts';
import type { Engines } from '../stack/engines/engines.ts';
import { type ExampleEvent, shortestOf } from '../stack/example-events.ts';

export interface Told {
  /** `http://127.0.0.1:3000` */
  api: string;
  engines: Pick<Engines, 'mongo' | 'redis' | 'sqs'>;
  logFile: string;
  examples: readonly ExampleEvent[];
  /** Where it is kept. */
  state: string;
  /** One that opens everything, where callers need one. */
  key?: string | undefined;
}

/** Of a line that is to be copied. */
const WIDTH = 100;

/** The one banner: where everything is, and a command to copy, or how there will be one. */
export function bannerOf({ api, engines, logFile, examples, state, key }: Told): string {
  const caller = callerOf({ api, ...(key !== undefined && { key }) });
  const rows = [
    ['API', api],
    ...(key === undefined ? [] : [['Key', key]]),
    ['Events', `${examples.length} type${examples.length === 1 ? '' : 's'}  ${caller.url('/event-types')}`],
    ['MongoDB', `${engines.mongo.name}  ${withoutPassword(engines.mongo.uri)}`],
    ['Redis', `${engines.redis.name}  ${withoutPassword(engines.redis.url)}`],
    ['SQS', `${engines.sqs.name}  ${engines.sqs.endpoint}`],
    ['State', state],
    ['Log', logFile],
    ['Docs', 'README.md, docs/local.md'],
  ];
  const shortest = shortestOf(examples);
  return [
    '',
    'Sluice runs on this machine; Ctrl-C ends it.',
    '',
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(8)} ${value}`),
    '',
    ...(shortest ? ['Send an event and wait for its outcome:', '', curl(caller, shortest)] : [NO_EVENT_TYPES]),
    '',
  ].join('\n');
}

/** A command for a shell, in lines that a terminal of 100 columns does not break. */
function curl(caller: Caller, { type, example }: ExampleEvent): string {
  const headers = caller.headers({ 'content-type': 'application/json', prefer: 'wait=5' });
  const options = Object.entries(headers).map(([name, value]) => `-H '${withinQuotes(`${name}: ${value}`)}'`);
  const data = JSON.stringify({ type, data: example }, null, 1).split('\n').map(withinQuotes);
  const command = packed([`  curl -s ${caller.url('/events')}`, ...options], '    ', ' \\');
  return [...command, `    -d '${packed(data, '    ').join('\n')}'`].join('\n');
}

/**
 * Joins parts to lines that are as long as they may be.
 * @param indent of each line but the first
 * @param end of each line
 */
function packed(parts: readonly string[], indent: string, end = ''): string[] {
  const lines: string[] = [];
  for (const part of parts.map((one, index) => (index === 0 ? one : one.trim()))) {
    const last = lines.at(-1);
    const longer = `${last} ${part}`;
    if (last !== undefined && longer.length + end.length + "    -d ''".length <= WIDTH)
      lines[lines.length - 1] = longer;
    else lines.push(last === undefined ? part : indent + part);
  }
  return lines.map((line) => line + end);
}

/** For a shell. */
const withinQuotes = (text: string): string => text.replaceAll("'", String.raw`'\''`);

/** An address may come from the user's environment, with a password in it. */
const withoutPassword = (address: string): string => address.replace(/\/\/[^@/]*@/, '//…@');
