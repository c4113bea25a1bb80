import type { Deployed } from './deployed.ts';
import { logGroupId } from './names.ts';
import type { Settings } from './settings.ts';

/**
 * Keeps a resource when its stack, its event type or a deployment that is rolled back goes. `RetainExceptOnCreate` would delete it
 * with the rollback of the deployment that made it, and events may be in it by then.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
export interface Retained {
  DeletionPolicy: 'Retain';
  UpdateReplacePolicy: 'Retain';
}
const retained: Retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

/** What each resource that holds something has beside its properties. */
export const keeping = ({ retain }: Settings): Partial<Retained> => (retain ? retained : {});

/** As the framework names the log group of the API. */
const API_LOG_GROUP = 'HttpApiLogGroup';

/** The log groups are the framework's, which lets them be extended. */
export const keptLogs = (deployed: readonly Deployed[], settings: Settings): Record<`${string}LogGroup`, Retained> =>
  settings.retain
    ? Object.fromEntries([API_LOG_GROUP, ...deployed.map(({ key }) => logGroupId(key))].map((id) => [id, retained]))
    : {};
