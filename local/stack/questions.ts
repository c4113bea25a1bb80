import type { ChildProcess } from 'node:child_process';
import type { UsedMemory } from '../commands/memory/used.ts';

/** What a running stack can be asked by whoever launched it. */
export type Question =
  | { ask: 'memory' }
  /** To kill the process that has the next batch of this event type, so many ms after it got it; within `withinMs`, or not at all. */
  | { ask: 'kill'; type: string; afterMs: number; withinMs: number }
  /** To let nothing reach MongoDB for so long. */
  | { ask: 'outage'; ms: number };

export type Answer =
  | { kind: 'memory'; processes: Record<string, UsedMemory> }
  /** The bodies of the messages that the process had in hand; null when none was killed. */
  | { kind: 'kill'; bodies: string[] | null }
  /** False where this MongoDB cannot be kept away. */
  | { kind: 'outage'; shown: boolean };

/**
 * Asks a stack that runs in another process.
 * @param gone rejects when it has ended
 * @throws what `gone` rejects with
 */
export async function ask<Kind extends Question['ask']>(
  child: ChildProcess,
  question: Extract<Question, { ask: Kind }>,
  gone: Promise<never>,
): Promise<Extract<Answer, { kind: Kind }>> {
  const { promise, resolve } = Promise.withResolvers<Extract<Answer, { kind: Kind }>>();
  const hear = (answer: Extract<Answer, { kind: Kind }>) => {
    if (answer.kind === question.ask) resolve(answer);
  };
  child.on('message', hear);
  // What cannot be sent any more is told by its end.
  child.send(question, () => {});
  return Promise.race([promise, gone]).finally(() => child.off('message', hear));
}
