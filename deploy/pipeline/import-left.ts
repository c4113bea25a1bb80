import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsDomain } from '../../lib/core/aws-domain.ts';
import { ConfigError } from '../../lib/core/errors.ts';
import { type Aws, stackOf, templateOf } from './aws.ts';
import { logGroupsOf, queuesOf, toImport } from './aws-holding.ts';
import { type Held, heldIn, importTemplate, type ToImport } from './held-template.ts';

/** How the names of a stage begin, and that of its stack. */
export interface Named {
  service: string;
  stage: string;
}
export const stackName = ({ service, stage }: Named): string => `${service}-${stage}`;

/** What a template may have beside the call that hands it over. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_INLINE = 51_200;

/**
 * Takes into the stack of a stage what it retained once and a deployment would make anew, which CloudFormation refuses ("already exists").
 * Nothing is changed by it: what the template says of them otherwise comes with that deployment.
 * @param wanted the template of that deployment
 * @returns what was taken in, by its names in AWS
 * @throws ConfigError where something is in the way that cannot be imported, or the import fails
 */
export async function importLeft(aws: Aws, named: Named, wanted: unknown, region: string): Promise<string[]> {
  const retained = heldIn(wanted).filter((one) => one.retained);
  if (retained.length === 0) return [];
  const stack = stackName(named);
  const deployed = await templateOf(aws, stack);
  const { queues, names } = await thereIs(aws, named);
  const left = leftOf(retained, heldIn(deployed), names, stack);
  if (left.length === 0) return [];
  const template = JSON.stringify(importTemplate(deployed, wanted, left));
  const resources = left.map((one) => toImport(one, queues));
  await carryOut(aws, stack, resources, await handOver(aws, stack, template, region));
  return left.map(({ name }) => name);
}

async function thereIs(aws: Aws, named: Named): Promise<{ queues: Map<string, string>; names: ReadonlySet<string> }> {
  const stack = stackName(named);
  const queues = await queuesOf(aws, `${stack}-`);
  const groups = [`/aws/lambda/${stack}-`, `/aws/http-api/${stack}`];
  const found = await Promise.all(groups.map((prefix) => logGroupsOf(aws, prefix)));
  return { queues, names: new Set([...queues.keys(), ...found.flatMap((one) => [...one])]) };
}

/** @throws ConfigError for one whose logical name the stack has for another */
function leftOf(
  retained: readonly Held[],
  deployed: readonly Held[],
  names: ReadonlySet<string>,
  stack: string,
): readonly Held[] {
  const left = retained.filter(({ name }) => names.has(name) && !deployed.some((one) => one.name === name));
  const taken = left.find(({ id }) => deployed.some((one) => one.id === id));
  if (!taken) return left;
  const other = deployed.find(({ id }) => id === taken.id)?.name;
  throw new ConfigError(
    `${taken.name} was left by an earlier deployment, and ${stack} has ${other} in its place: it cannot be imported; delete it when it is empty`,
  );
}

/** As arguments of a change set: within the call, or from the bucket of the stage. */
async function handOver(aws: Aws, stack: string, template: string, region: string): Promise<string[]> {
  if (Buffer.byteLength(template) <= MOST_INLINE) return ['--template-body', template];
  const outputs = (await stackOf(aws, stack))?.Outputs ?? [];
  const bucket = outputs.find(({ OutputKey }) => OutputKey === 'ServerlessDeploymentBucketName')?.OutputValue;
  if (bucket === undefined) throw new ConfigError(`stack ${stack} has no bucket for the template of an import`);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-import-'));
  try {
    const [key, body] = ['import/template.json', join(folder, 'template.json')];
    writeFileSync(body, template);
    await aws('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', body);
    return ['--template-url', `https://${bucket}.s3.${region}.${awsDomain(region)}/${key}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function carryOut(aws: Aws, stack: string, resources: readonly ToImport[], template: string[]): Promise<void> {
  // One that failed stays, and keeps its name.
  const set = ['--stack-name', stack, '--change-set-name', `import-${randomUUID()}`];
  const asked = ['--change-set-type', 'IMPORT', '--resources-to-import', JSON.stringify(resources)];
  const may = ['--capabilities', 'CAPABILITY_NAMED_IAM'];
  await aws('cloudformation', 'create-change-set', ...set, ...asked, ...may, ...template);
  await aws('cloudformation', 'wait', 'change-set-create-complete', ...set);
  await aws('cloudformation', 'execute-change-set', ...set);
  await aws('cloudformation', 'wait', 'stack-import-complete', '--stack-name', stack);
}
