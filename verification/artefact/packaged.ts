import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { neutralFolder } from '../../test/support/neutral-events.ts';
import { patientBudgets } from '../../test/support/patient-budgets.ts';
import { copyProject } from '../../test/support/project-copy.ts';
import type { Resources } from './resolve.ts';

/** The stage that is packaged: one that is not local, and whose servers are reached on this machine, without TLS. */
export const STAGE = 'dev';
export const WITHOUT_TLS = 'mongodb,redis';

/** What would be deployed: zips, and the template that says what becomes of them. */
export interface Packaged {
  /** Where the zips are. */
  folder: string;
  template: { Resources: Resources };
  remove(): void;
}

/**
 * Packages the stage with the event types of the tests, as a pipeline does: without credentials, and without a network.
 * @throws Error with what the framework said where it cannot be packaged
 */
export async function packageStage(): Promise<Packaged> {
  const project = copyProject();
  const events = join(project.folder, 'functions/events');
  rmSync(events, { recursive: true, force: true });
  cpSync(neutralFolder().path, events, { recursive: true });
  // Servers of a busy machine are no other servers: budgets are what a stage may say.
  const budgets = Object.entries(patientBudgets).map(([name, value]) => `environment.${name}=${value}`);
  const parameters = [`withoutTls=${WITHOUT_TLS}`, ...budgets].map((one) => `--param=${one}`);
  const { code, output } = await project.serverless('package', '--stage', STAGE, ...parameters);
  if (code !== 0) {
    project.remove();
    throw new Error(output);
  }
  const folder = join(project.folder, '.serverless');
  const text = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  return { folder, template: JSON.parse(text), remove: project.remove };
}
