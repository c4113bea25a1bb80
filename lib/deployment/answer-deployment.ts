import { boundedText } from '../core/bounded-text.ts';
import { messageOf } from '../core/errors.ts';
import type { CollectionSetup } from '../ports/database-setup.ts';
import type { DeploymentAnswer, TellDeployment } from '../ports/deployment-answers.ts';
import type { Log } from '../sdk/log.ts';
import { type SetUpPorts, type StillBuilding, setUpInTime } from './set-up-in-time.ts';

/** What CloudFormation asks: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export interface DeploymentRequest extends Pick<DeploymentAnswer, 'StackId' | 'RequestId' | 'LogicalResourceId'> {
  RequestType: 'Create' | 'Update' | 'Delete';
  ResponseURL: string;
}

/** The database is never connected for a resource that goes. */
interface AnswerPorts extends SetUpPorts {
  tell: TellDeployment;
}

/** For the answer itself, and for asking what is missing. */
const MARGIN_MS = 30_000;
/** UTF-16 code units, of a body of 4,096 bytes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const REASON_LENGTH = 900;
/** What JSON writes as six bytes each. */
const CONTROL = /\p{Cc}/gu;
/** Another one would make CloudFormation delete the resource that had the old one. */
const PHYSICAL_ID = 'database-setup';

/**
 * Sets the database up when CloudFormation makes or changes its resource, and answers in any case. When the resource goes, nothing is
 * done. A deployment that is rolled back asks with the declarations of before: nothing is taken away, so what was made stays.
 * @param remainingMs milliseconds that are left to the function
 * @throws DependencyError when the answer could not be told; then all of it may be repeated
 */
export async function answerDeployment(
  request: DeploymentRequest,
  { tell, ...ports }: AnswerPorts,
  remainingMs: () => number,
): Promise<void> {
  const { RequestType, StackId, RequestId, LogicalResourceId, ResponseURL } = request;
  const outcome = RequestType === 'Delete' ? nothing : await outcomeOf(ports, remainingMs);
  await tell(ResponseURL, {
    ...outcome,
    Reason: boundedText(outcome.Reason.replace(CONTROL, ' '), REASON_LENGTH),
    PhysicalResourceId: PHYSICAL_ID,
    ...{ StackId, RequestId, LogicalResourceId },
  });
}

type Outcome = Pick<DeploymentAnswer, 'Status' | 'Reason'>;
const nothing: Outcome = { Status: 'SUCCESS', Reason: 'the database stays as it is' };

async function outcomeOf(ports: SetUpPorts, remainingMs: () => number): Promise<Outcome> {
  const { log } = ports;
  try {
    const done = await setUpInTime(remainingMs() - MARGIN_MS, ports);
    if ('missing' in done) return stillBuilding(done, log);
    return { Status: 'SUCCESS', Reason: told(done, log) };
  } catch (error) {
    log.error('the database is not set up', { error });
    return { Status: 'FAILED', Reason: messageOf(error) };
  }
}

function stillBuilding({ missing }: StillBuilding, log: Log): Outcome {
  log.warn('the database is not set up in time', { missing });
  const what = missing.length > 0 ? missing.join(', ') : 'what is missing';
  return {
    Status: 'FAILED',
    Reason: `MongoDB goes on building ${what}, and what was deployed before goes on serving: deploy again when it is ready, which npm run db:setup waits for`,
  };
}

/** What would take documents or indexes away is said, and left to a person. */
function told(collections: readonly CollectionSetup[], log: Log): string {
  const named = (of: 'made' | 'changed' | 'unused' | 'left') =>
    collections.flatMap((one) => one[of].map((name) => `${one.collection}.${name}`));
  const created = collections.filter((one) => one.created).map(({ collection }) => collection);
  log.info('the database is set up', { created, made: named('made'), changed: named('changed') });
  const [left, unused] = [named('left'), named('unused')];
  if (left.length > 0) log.warn('an expiry is left to a person: npm run db:setup', { left });
  if (unused.length > 0)
    log.warn('nothing declares these indexes any more: npm run db:setup -- --drop-unused', { unused });
  return left.length > 0 ? `left to a person (npm run db:setup): ${left.join(', ')}` : 'the database is set up';
}
