import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf } from '../support/api-gateway.ts';
import { callPackaged } from '../support/call-packaged.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';

type Template = Record<string, { Type: string; DependsOn?: string[]; Properties: Record<string, unknown> }>;

let project: ProjectCopy;
let packaged: { code: number; output: string };
let template: Template;

beforeAll(async () => {
  project = copyProject();
  rmSync(join(project.folder, 'functions/events'), { recursive: true });
  packaged = await project.serverless('package', '--stage', 'dev');
  if (packaged.code !== 0) throw new Error(packaged.output);
  const path = join(project.folder, '.serverless/cloudformation-template-update-stack.json');
  template = JSON.parse(readFileSync(path, 'utf8')).Resources;
}, 120_000);
afterAll(() => project?.remove());

/** Every value with this key, however deep. */
const all = (key: string, value: unknown): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...all(key, inner)]);

describe('a service without event types', () => {
  it('is packaged, and whoever does it hears in one line how to add a type', () => {
    const said = packaged.output.split('\n').filter((line) => line.includes('no event type is declared'));
    expect(said).toEqual([expect.stringContaining('npm run new -- <type>')]);
  });

  it('has the functions, queues and mappings that every service has', () => {
    const count = (type: string) => Object.values(template).filter(({ Type }) => Type === type).length;
    expect(count('AWS::Lambda::Function')).toBe(12);
    expect(count('AWS::SQS::Queue')).toBe(3);
    expect(count('AWS::Lambda::EventSourceMapping')).toBe(3);
  });

  it('has no statement without a resource or an action, which IAM refuses', () => {
    const statements = all('Statement', template).flat();
    expect(statements.length).toBeGreaterThan(8);
    for (const statement of statements)
      for (const key of ['Resource', 'Action'])
        for (const value of all(key, statement)) expect(value, JSON.stringify(statement)).not.toEqual([]);
  });

  it('refers to nothing that is not there', () => {
    const named = [
      ...all('Ref', template),
      ...all('Fn::GetAtt', template).map((value) => (Array.isArray(value) ? value[0] : value)),
      ...all('DependsOn', template).flat(),
    ].filter((name) => !String(name).startsWith('AWS::'));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !(String(name) in template))).toEqual([]);
  });

  it('answers with documents that are valid, and with no type', async () => {
    const ask = (path: string) => {
      const variables = {
        ...{ SERVICE: 'sluice', STAGE: 'dev', EVENT_TYPES: '' },
        ...{ QUEUE_URL_PREFIX: 'https://sqs.example/1/sluice-dev-', REDIS_URL: 'rediss://redis.example' },
      };
      return callPackaged(project, 'catalogue', variables, { method: 'GET', path, ...keyOf('acme', 'catalogue:read') });
    };
    expect(ask('/event-types')).toEqual({ status: 200, body: { items: [] } });
    const { body } = ask('/openapi.json');
    expect(await new Validator().validate({ ...body })).toMatchObject({ valid: true });
    expect(ask('/asyncapi.json')).toMatchObject({ status: 200, body: { channels: {}, operations: {} } });
  });

  it('is printed', async () => {
    const { code, output } = await project.serverless('print', '--stage', 'dev');
    expect(code, output).toBe(0);
    expect(output).toContain('sluice-dev-ingest');
    expect(output).toMatch(/EVENT_TYPES: ''$/m);
  });

  it('is not packaged with a file among its event files that is none', async () => {
    project.write('functions/events/README.md', 'How to write one');
    const { code, output } = await project.serverless('package', '--stage', 'dev');
    expect(code).not.toBe(0);
    expect(output).toContain('functions/events/README.md: only event files (<type>.ts) lie here');
  });

  it('is not packaged for a stage whose name breaks the rule', async () => {
    rmSync(join(project.folder, 'functions/events'), { recursive: true });
    const { code, output } = await project.serverless('package', '--stage', 'pr-12');
    expect(code).not.toBe(0);
    expect(output).toContain('stage "pr-12" must be [a-z][a-z0-9]{0,19}');
  });
});
