import { MongoError, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { commitWithin } from '../../../../lib/adapters/mongo/commit.ts';
import { translate } from '../../../../lib/adapters/mongo/errors.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';

/** What the driver throws where it cannot say whether a transaction was committed. */
function lost(): unknown {
  const error = new MongoError('connection closed');
  error.addErrorLabel('UnknownTransactionCommitResult');
  return translate(error);
}

/** A commit of which so many answers are lost. @returns how often it was sent */
async function sent(losses: number, ms = 60_000, otherwise?: unknown): Promise<number> {
  let times = 0;
  await commitWithin(ms, async (leftMs) => {
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(ms);
    times++;
    if (times <= losses) throw lost();
    if (otherwise !== undefined) throw otherwise;
  });
  return times;
}

describe('a commit whose answer is lost (protocol: lost-commit)', () => {
  test('is sent again while there is time, until somebody answers', async () => {
    await expect(sent(0)).resolves.toBe(1);
    await expect(sent(3)).resolves.toBe(4);
  });

  test('ends as unanswered when its time is over', async () => {
    await expect(sent(Number.POSITIVE_INFINITY, 150)).rejects.toBeInstanceOf(DependencyError);
  });

  test('is not sent again where the answer says no, or where it was given up in silence', async () => {
    const no = new MongoServerError({ message: 'NoSuchTransaction', code: 251 });
    let times = 0;
    const fails = (error: unknown) =>
      commitWithin(60_000, async () => {
        times++;
        throw error;
      });
    await expect(fails(no)).rejects.toBe(no);
    const silent = new DependencyError('mongodb', 'MongoDB did not answer within 2000 ms');
    await expect(fails(silent)).rejects.toBe(silent);
    expect(times).toBe(2);
  });
});
