import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { callerOf } from '../../../local/stack/caller.ts';
import { runProgram } from '../../support/program.ts';
import { copyProject, eventFile, type ProjectCopy } from '../../support/project-copy.ts';

const embedded = { SLUICE_ENGINES: 'embedded' };
const demo = (args: readonly string[], folder?: string) =>
  runProgram(['local/commands/demo.ts', ...args], embedded, folder);

/** The project without the shop: with these event files, and no examples. */
function bareProject(events: Readonly<Record<string, string>>): ProjectCopy {
  const project = copyProject();
  onTestFinished(project.remove);
  rmSync(join(project.folder, 'examples'), { recursive: true, force: true });
  const folder = join(project.folder, 'functions/events');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [type, text] of Object.entries(events)) project.write(`functions/events/${type}.ts`, text);
  return project;
}

test('on a catalogue with one plain type it does the same, and explains itself to a person', async () => {
  const project = bareProject({ 'note.taken': eventFile('note.taken') });
  const { printed, ended } = demo([], project.folder);
  expect([(await ended)[0], printed.out]).toEqual([0, expect.any(String)]);
  expect(printed.out).toContain('1 of a type that is not declared, on purpose');
  expect(printed.out).toContain('3 with data that its schema refuses');
  expect(printed.out.match(/^\d\. .+$/gm)).toHaveLength(4);
  expect(printed.out.match(/^ {3}\d+ events?: /gm)).toHaveLength(4);
  expect(printed.out).toMatch(/^ {2}total /m);
  expect(printed.out).toContain('What next:');
}, 180_000);

test('a type whose example can be sent only once is no fault; with --stay it runs on until Ctrl-C', async () => {
  const once = eventFile(
    'name.taken',
    `collections: { names: { unique: [['name']] } },
  retry: { attempts: 1 },
  async handle({ data }, context) {
    await context.collection('names').insertOne({ name: data.name });
    return undefined;
  },`,
  ).replace(/\n {2}async handle\(\) \{\n {4}return undefined;\n {2}\},/, '');
  const { child, printed, ended } = demo(['--stay'], bareProject({ 'name.taken': once }).folder);
  await expect.poll(() => printed.out, { timeout: 90_000 }).toContain('until Ctrl-C');
  expect(printed.out).toContain('name.taken is not what the story is told with: its example sent again was failed');
  expect(printed.out).toContain('Not shown: no event type has an example that can be sent again and succeeds.');
  const [, api = ''] = /It runs on at (\S+) until/.exec(printed.out) ?? [];
  const [, key = ''] = /^ {2}KEY=(\S+)$/m.exec(printed.out) ?? [];
  expect((await callerOf({ api, key }).fetch('/events')).status).toBe(200);
  expect((await callerOf({ api }).fetch('/events')).status).toBe(401);
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
}, 120_000);
