import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aws, firingAlarms, templateOf } from './aws.ts';
import { messagesIn, queuesOf, type Waiting } from './aws-holding.ts';
import { packagedAtOf, type Stage } from './deliver-stage.ts';
import { framework, run, type Variables } from './framework.ts';
import { queuesIn } from './held-template.ts';
import { importLeft, type Named, stackName } from './import-left.ts';

/** What a delivery asks of AWS, and does there. */
type InAws = Pick<Stage, 'running' | 'abandoned' | 'adopt' | 'deploy' | 'rollBack' | 'unread' | 'alarms'>;

/** @param credentials of the framework, with the region @throws from its functions: ConfigError where AWS or the framework refuses */
export function stageInAws(aws: Aws, named: Named, credentials: Variables & { AWS_REGION: string }): InAws {
  const { stage } = named;
  const stack = stackName(named);
  const deployed = () => templateOf(aws, stack);
  const waiting = async (queues: readonly (Omit<Waiting, 'messages'> & { url: string })[]): Promise<Waiting[]> => {
    const found = queues.map(async ({ url, ...one }) => ({ ...one, messages: await messagesIn(aws, url) }));
    return (await Promise.all(found)).filter(({ messages }) => messages > 0);
  };
  return {
    running: async () => packagedAtOf(await deployed()),
    async abandoned(folder) {
      const kept = new Set(queuesIn(templateIn(folder)).map(({ name }) => name));
      const gone = queuesIn(await deployed()).filter(({ name }) => !kept.has(name));
      if (gone.length === 0) return [];
      const there = await queuesOf(aws, `${stack}-`);
      return waiting(
        gone.flatMap(({ name, type }) => {
          const url = there.get(name);
          return url === undefined ? [] : [{ queue: name, type, url }];
        }),
      );
    },
    adopt: (folder) => importLeft(aws, named, templateIn(folder), credentials.AWS_REGION),
    deploy: (folder) => run(framework('deploy', '--stage', stage, '--package', folder), credentials),
    rollBack: (at) => run(framework('rollback', '--stage', stage, '--timestamp', String(at)), credentials),
    alarms: () => firingAlarms(aws, `${stack}-`),
    async unread() {
      const read = new Set(queuesIn(await deployed()).map(({ name }) => name));
      const others = [...(await queuesOf(aws, `${stack}-`))].filter(([name]) => !read.has(name));
      return waiting(others.map(([queue, url]) => ({ queue, url })));
    },
  };
}

const templateIn = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
