import type { RedisConnection } from './client.ts';

/** Longer than SQS keeps any message: 14 days. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const KEPT_SECONDS = 15 * 86_400;

interface Mark {
  key: string;
  run: string;
}

/** Declares start marks void (protocol: withdrawn-marks). */
export async function voidMarks(connection: RedisConnection, marks: readonly Mark[]): Promise<void> {
  const { voidMarkKey } = connection.keys;
  await Promise.all(
    marks.map(({ key, run }) => connection.command('SET', [voidMarkKey(key, run)], ['1', 'EX', KEPT_SECONDS])),
  );
}

/** @returns those that are void, as `key run` */
export async function voidedMarks(connection: RedisConnection, marks: readonly Mark[]): Promise<Set<string>> {
  const { voidMarkKey } = connection.keys;
  const there = await Promise.all(
    marks.map(async ({ key, run }) => (await connection.command('EXISTS', [voidMarkKey(key, run)])) === 1),
  );
  return new Set(marks.filter((_, index) => there[index]).map(({ key, run }) => `${key} ${run}`));
}
