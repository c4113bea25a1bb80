import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Answered, gatewayEvent, type Sent } from './api-gateway.ts';
import type { ProjectCopy } from './project-copy.ts';

/**
 * Calls the bundle that would be deployed, in a process of its own, as API Gateway would.
 * @param variables all that it has in its environment
 */
export function callPackaged(
  { folder }: ProjectCopy,
  entry: string,
  variables: Readonly<Record<string, string>>,
  sent: Sent,
): Pick<Answered, 'status' | 'body'> {
  const script = `
    const { handler } = await import(${JSON.stringify(join(folder, 'dist', entry, 'index.mjs'))});
    const answer = await handler(${JSON.stringify(gatewayEvent(sent))}, { getRemainingTimeInMillis: () => 20000 });
    process.stdout.write('\\n' + JSON.stringify({ status: answer.statusCode, body: JSON.parse(answer.body) }));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...variables, PATH: process.env.PATH },
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  // Before it stand the lines of its log.
  return JSON.parse(printed.split('\n').at(-1) ?? '');
}
