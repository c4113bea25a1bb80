import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../deploy/build.ts';
import { runProgram } from '../support/program.ts';
import { copyProject, eventFile, type ProjectCopy } from '../support/project-copy.ts';

describe('a project whose event files lie elsewhere', () => {
  let project: ProjectCopy;
  const run = (...command: string[]) => runWith('own/events', ...command);
  const runWith = async (named: string, ...command: string[]) => {
    const env = { SLUICE_EVENTS: named, STAGE: 'local', MONGODB_URI: 'mongodb://127.0.0.1:1' };
    const { printed, ended } = runProgram(command, env, project.folder);
    return { code: (await ended)[0], ...printed };
  };
  beforeAll(() => {
    project = copyProject();
    cpSync(join(import.meta.dirname, '../support/events'), join(project.folder, 'own/events'), { recursive: true });
  });
  afterAll(() => project.remove());

  it('is built with these and no others, beside what is built of the shipped ones', async () => {
    await build(project.folder);
    const shipped = readFileSync(join(project.folder, 'dist/consume/index.mjs'));
    expect(await run('deploy/build.ts')).toMatchObject({ code: 0, err: '' });
    const chunks = readdirSync(join(project.folder, 'dist-of/own-events/consume')).join(' ');
    for (const file of readdirSync(join(project.folder, 'own/events')))
      expect(chunks).toContain(`${file.slice(0, -'.ts'.length)}-`);
    for (const file of readdirSync(join(project.folder, 'functions/events')))
      expect(chunks).not.toContain(`${file.slice(0, -'.ts'.length)}-`);
    expect(readFileSync(join(project.folder, 'dist/consume/index.mjs'))).toEqual(shipped);
  }, 240_000);

  it('is printed with these and no others', async () => {
    const script = join(project.folder, 'node_modules/serverless/bin/serverless.js');
    const { out } = await run(script, 'print', '--stage', 'dev');
    expect(out).toContain('EVENT_TYPES: fault.seen,job.moved,job.run,note.kept,sample.taken');
    expect(out).toContain('handler: dist-of/own-events/consume/index.handler');
    expect(out).not.toContain('dist/consume');
  }, 240_000);

  it('hears of a wrong file where it lies', async () => {
    project.write('own/events/note.lost.ts', eventFile('note.lost', 'retry: { atempts: 2 },'));
    const { code, err } = await run('deploy/database.ts', 'setup');
    expect([code, err]).toEqual([1, expect.stringMatching(/^own\/events\/note\.lost\.ts: retry\.atempts .+\n$/)]);
  }, 240_000);

  it('ends no command by what an event file does when it is loaded, and says which file does it', async () => {
    project.write('own/events/note.lost.ts', 'process.exit(0);');
    const script = join(project.folder, 'node_modules/serverless/bin/serverless.js');
    for (const command of [
      [script, 'package', '--stage', 'dev'],
      ['deploy/database.ts', 'setup'],
      ['deploy/projections.ts', 'check'],
    ]) {
      const { code, out, err } = await run(...command);
      expect([code, out + err]).toEqual([
        1,
        expect.stringMatching(/own\/events\/note\.lost\.ts cannot be loaded: .+exit/),
      ]);
    }
  }, 240_000);

  it('is not started, built or set up with a folder that is not there', async () => {
    for (const command of [
      ['local/commands/start.ts', '--port', '0'],
      ['deploy/build.ts'],
      ['deploy/database.ts', 'setup'],
    ])
      expect(await runWith('own/event', ...command)).toMatchObject({
        code: 1,
        err: 'environment: SLUICE_EVENTS must be a folder in this project, and "own/event" is none\n',
      });
    expect(existsSync(join(project.folder, 'own/event'))).toBe(false);
  }, 240_000);
});
