import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import { checkNames } from '../../../deploy/names.ts';
import { serviceNameHere } from '../../../deploy/service-name.ts';
import { parseSettings } from '../../../deploy/settings.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { timelinePath } from '../timelines/timeline.ts';
import { type Kind, textsOf } from './templates.ts';
import { checkTypeName } from './type-name.ts';

const project = join(import.meta.dirname, '../../..');

/**
 * Writes the file of a new event type, its test and its timeline.
 * @returns their paths from the project
 * @throws DefinitionError when the type is malformed, there already, or has a name that AWS or another type would not leave it
 */
export async function addEventType(type: string, kind: Kind): Promise<string[]> {
  checkTypeName(type);
  const { name: folder } = eventFolder();
  const { event, test, timeline } = textsOf(type, kind, folder);
  const files = new Map([
    [`${folder}/${type}.ts`, event],
    [`test/${folder}/${type}.test.ts`, test],
    [timelinePath({ name: folder }, type), timeline],
  ]);
  for (const path of files.keys())
    if (existsSync(join(project, path))) throw new DefinitionError(`${path} is there already`);
  await checkAmongOthers(type, kind);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text, { flag: 'wx' });
  }
  return [...files.keys()];
}

async function checkAmongOthers(type: string, kind: Kind): Promise<void> {
  const { entries } = await loadEventFolder();
  const settings = parseSettings({ service: serviceNameHere(), stage: 'local', environment: {}, origins: [] });
  const others = entries.map(({ definition, ordered }) => ({ type: definition.type, ordered }));
  checkNames(settings, [...others, { type, ordered: kind === 'ordered' }]);
}
