import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventFolder } from '../../deploy/event-folder.ts';
import { eventTypes } from '../../deploy/event-types.ts';
import { copyProject, eventFile, type ProjectCopy } from '../support/project-copy.ts';

const ENTRIES = [
  'ingest',
  'query',
  'failures',
  'replay',
  'bulk-replay',
  'catalogue',
  'health',
  'consume',
  'dead-letter',
  'count-failures',
  'setup',
];

/** Adds event files until there are `count`. */
function fillUp(project: ProjectCopy, count: number): void {
  const folder = eventFolder(project.folder);
  for (let n = eventTypes(folder).length; n < count; n += 1) {
    const rest = n % 3 === 0 ? 'orderedBy: ({ name }) => name,' : '';
    project.write(`functions/events/made.up${n}.ts`, eventFile(`made.up${n}`, rest));
  }
}

describe('the number of resources', () => {
  let project: ProjectCopy;
  beforeAll(() => {
    project = copyProject();
    // Small bundles: only the template is looked at.
    for (const entry of ENTRIES) project.write(`functions/${entry}.ts`, 'export const handler = async () => null;\n');
  });
  afterAll(() => project.remove());

  it.each([
    ['false', 10],
    ['true', 11],
  ])('of thirty event types is below 450, with one alarm a type %s: each takes %i', async (byType, most) => {
    fillUp(project, 30);
    const { code, output } = await project.serverless('package', '--stage', 'dev', `--param=alarms.byType=${byType}`);
    expect(code, output).toBe(0);
    const { Resources } = JSON.parse(
      readFileSync(join(project.folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
    );
    expect(Object.keys(Resources).length).toBeLessThan(450);
    expect(output).toContain(`${Object.keys(Resources).length} of 450 resources; a type takes ${most}`);
    expect(Object.keys(Resources).filter((id) => id.includes('MadeUp7')).length).toBe(most);
  });
});
