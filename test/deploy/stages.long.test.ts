import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';

interface Resource {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Properties: Record<string, unknown>;
}

let project: ProjectCopy;
beforeAll(() => {
  project = copyProject();
});
afterAll(() => project?.remove());

async function packaged(stage: string, ...parameters: string[]): Promise<Record<string, Resource>> {
  const { code, output } = await project.serverless(
    'package',
    '--stage',
    stage,
    ...parameters.map((one) => `--param=${one}`),
  );
  expect(code, output).toBe(0);
  const path = join(project.folder, '.serverless/cloudformation-template-update-stack.json');
  return JSON.parse(readFileSync(path, 'utf8')).Resources;
}

const ofType = (template: Record<string, Resource>, type: string) =>
  Object.values(template).filter(({ Type }) => Type === type);
const holding = (template: Record<string, Resource>) => [
  ...ofType(template, 'AWS::SQS::Queue'),
  ...ofType(template, 'AWS::Logs::LogGroup'),
];

describe('every stage is packaged, without credentials or network', () => {
  it.each([
    ['dev', 30, 'sluice/dev/'],
    ['staging', 30, 'sluice/staging/'],
    ['pr12', 7, 'sluice/preview/'],
  ])('%s, which retains nothing', async (stage, days, secrets) => {
    const template = await packaged(stage);
    for (const one of holding(template)) expect(one).not.toHaveProperty('DeletionPolicy');
    for (const { Properties } of ofType(template, 'AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(days);
    expect(template.IngestLambdaFunction?.Properties.FunctionName).toBe(`sluice-${stage}-ingest`);
    expect(JSON.stringify(template)).toContain(`secret:${secrets}redis-url`);
  });

  it('prod, whose queues and logs outlive what deletes them', async () => {
    const template = await packaged('prod');
    expect(holding(template).length).toBeGreaterThan(10);
    for (const one of holding(template))
      expect(one).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('with a network, a domain and reserved concurrency of the command line', async () => {
    const template = await packaged(
      'prod',
      ...['vpc.subnetIds=subnet-1,subnet-2', 'vpc.securityGroupIds=sg-1', 'origins=https://a.example'],
      ...['domain.name=events.example.com', 'domain.certificateArn=arn:aws:acm:eu-central-1:1:certificate/a'],
      ...['functions.ingest.reservedConcurrency=50', 'functions.authorizer.reservedConcurrency=20'],
    );
    expect(template.IngestLambdaFunction?.Properties).toMatchObject({
      ReservedConcurrentExecutions: 50,
      VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] },
      Environment: { Variables: { INGEST_CONCURRENCY: '50' } },
    });
    expect(template.AuthorizerLambdaFunction?.Properties).toMatchObject({ ReservedConcurrentExecutions: 20 });
    expect(template.ApiDomain?.Properties).toMatchObject({ DomainName: 'events.example.com' });
    expect(template.HttpApi?.Properties).toMatchObject({
      CorsConfiguration: { AllowOrigins: ['https://a.example'] },
    });
  });

  it('but not with what was released to prod and is gone', async () => {
    expect(await project.serverless('release', '--stage', 'prod')).toMatchObject({ code: 0 });
    const held: { stages: { prod: object } } = JSON.parse(
      readFileSync(join(project.folder, 'deploy/catalogue.lock.json'), 'utf8'),
    );
    const prod = { ...held.stages.prod, 'parcel.gone': { data: {} } };
    project.write('deploy/catalogue.lock.json', JSON.stringify({ format: 1, stages: { prod } }));
    const { code, output } = await project.serverless('package', '--stage', 'dev');
    expect(code).not.toBe(0);
    expect(output).toContain('"parcel.gone": ["removed"] in deploy/meant-changes.json');
    expect(output).not.toContain('    at ');
  });
});
