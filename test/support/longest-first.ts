import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What waits for the shared stack begins first, while that comes up. */
const PROJECTS = ['shared stack', 'contract', 'replaced modules', 'unit'];

/** What takes long for its size, by which vitest goes where it has seen no run. */
const LONG = [
  'test/e2e/timelines.e2e.test.ts',
  'test/local/stack/engines/engines.contract.test.ts',
  'test/local/stack/function-process/pool.contract.test.ts',
  'test/functions/access.contract.test.ts',
  'test/verification/alarms/fire.test.ts',
  'test/lib/consume/joint-differential.test.ts',
];

const orderOf = ({ project, moduleId }: TestSpecification): number =>
  2 * PROJECTS.indexOf(project.name) + (LONG.some((path) => moduleId.endsWith(path)) ? 0 : 1);

/** Test files in such an order that none is left alone at the end of a run, with a core idle. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => orderOf(one) - orderOf(other));
  }
}
