import { codeOf, DependencyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TellDeployment } from '../../ports/deployment-answers.ts';

const TRIES = 3;
const PAUSE_MS = 500;
const TIMEOUT_MS = 5000;

/**
 * Puts the answer where CloudFormation looks for it, an object of S3 behind a signed address. It wants no content type, because the signature
 * has none. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 * @param clock on which it pauses before it puts it again
 */
export const tellDeploymentOn =
  (clock: Pick<Clock, 'sleep'>): TellDeployment =>
  async (url, answer) => {
    const body = new TextEncoder().encode(JSON.stringify(answer));
    for (let tries = 1; ; tries++) {
      const fault = await faultOf(url, body);
      if (fault === undefined) return;
      if (tries === TRIES)
        throw new DependencyError('cloudformation', `CloudFormation did not take the answer: ${fault}`);
      await clock.sleep(PAUSE_MS * tries);
    }
  };

/** What was thrown may have the address in it, so of it only the code is told. */
async function faultOf(url: string, body: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ok ? undefined : `status ${status}`;
  } catch (error) {
    return error instanceof Error && error.cause ? codeOf(error.cause) : codeOf(error);
  }
}
