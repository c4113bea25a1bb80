import { NO_EVENT_TYPES } from '../../deploy/event-types.ts';
import { callerOf } from '../stack/caller.ts';
import type { Engines } from '../stack/engines/engines.ts';
import { type ExampleEvent, shortestOf, textOf } from '../stack/example-events.ts';

/** The one banner: where everything is, and a command to copy, or how there will be one. */
export function bannerOf(
  api: string,
  engines: Pick<Engines, 'mongo' | 'redis' | 'sqs'>,
  logFile: string,
  examples: readonly ExampleEvent[],
  state: string,
): string {
  const rows = [
    ['API', api],
    ['MongoDB', `${engines.mongo.name}  ${withoutPassword(engines.mongo.uri)}`],
    ['Redis', `${engines.redis.name}  ${withoutPassword(engines.redis.url)}`],
    ['SQS', `${engines.sqs.name}  ${engines.sqs.endpoint}`],
    ['State', state],
    ['Log', logFile],
  ];
  const shortest = shortestOf(examples);
  return [
    '',
    'Sluice runs on this machine; Ctrl-C ends it.',
    '',
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(8)} ${value}`),
    '',
    ...(shortest ? ['Send an event and wait for its outcome:', '', curl(api, shortest)] : [NO_EVENT_TYPES]),
    '',
  ].join('\n');
}

function curl(api: string, event: ExampleEvent): string {
  const caller = callerOf({ api });
  const headers = caller.headers({ 'content-type': 'application/json', prefer: 'wait=5' });
  const options = Object.entries(headers).map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`);
  return `  curl -s ${caller.url('/events')}${options.join('')} -d ${quoted(textOf(event))}`;
}

/** For a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** An address may come from the user's environment, with a password in it. */
const withoutPassword = (address: string): string => address.replace(/\/\/[^@/]*@/, '//…@');
