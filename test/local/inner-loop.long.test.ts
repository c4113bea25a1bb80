import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { attach } from '../support/inspector.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';
import { type StartedCopy, startCopy } from '../support/start-copy.ts';

const FILE = 'parts/part.made.ts';
/** Line 11 is the handler's first. */
const partMade = (body: string) => `import { z } from 'zod';
import { defineEvent, PermanentError } from '#sluice';

export default defineEvent({
  type: 'part.made',
  summary: 'A part was made',
  data: z.strictObject({ part: z.string() }),
  example: { part: 'a' },
  collections: { parts: { unique: [['part']] } },
  async handle({ data }, context) {
    const document = { ...data };
    ${body}
  },
});
`;
const faulty = partMade(`if (context) throw new PermanentError('no machine', { code: 'no-machine' });`);
const mended = partMade(`await context.collection('parts').insertOne(document); return { kept: data.part };`);

let project: ProjectCopy;
let stack: StartedCopy;
beforeAll(async () => {
  project = copyProject();
  project.makeFolder('parts');
  project.write(FILE, faulty);
  stack = await startCopy(project, { args: ['--inspect'], env: { SLUICE_EVENTS: 'parts' } });
});
afterAll(async () => {
  await stack.stop();
  project.remove();
});

interface Settled {
  id: string;
  status: string;
  result?: unknown;
  failure?: { id: string };
}
const send = async (part: string): Promise<Settled> => {
  const event = { type: 'part.made', data: { part } };
  return (await stack.caller.post('/events', event, { headers: { prefer: 'wait=25' } })).json() as Promise<Settled>;
};
const shown = (line: RegExp) => eventually(() => expect(stack.printed()).toMatch(line));

test('it failed, I look at it in a debugger, mend it, and replay it', async () => {
  const failed = await send('one');
  expect(failed).toMatchObject({ status: 'failed', failure: { cause: 'permanent' } });

  const port = Number(/^ +(\d+) {2}onPartMade$/m.exec(stack.banner)?.[1]);
  const inspector = await attach(port);
  await inspector.breakAt(project.folder, FILE, 11);
  const stopped = send('two');
  expect(await inspector.paused()).toEqual({ functionName: 'handle', file: join(project.folder, FILE), line: 11 });
  await inspector.resume();
  expect(await stopped).toMatchObject({ status: 'failed' });
  inspector.close();

  project.write(FILE, `${faulty}\nconst broken = ;`);
  await shown(/not reloaded, the code from before goes on: parts\/part\.made\.ts:16:16: Unexpected ";"\n +16 \| const/);
  expect(await send('three')).toMatchObject({ status: 'failed' });

  project.write(FILE, mended);
  await shown(/^mended: reloaded .*onPartMade.* in \d+ ms$/m);
  expect((await stack.caller.post(`/failures/${failed.failure?.id}/replay`)).status).toBe(202);
  await eventually(async () => {
    const event = await (await stack.caller.fetch(`/events/${failed.id}`)).json();
    expect(event).toMatchObject({ status: 'succeeded', result: { kept: 'one' } });
  });
  expect(await send('four')).toMatchObject({ status: 'succeeded', result: { kept: 'four' } });
});
