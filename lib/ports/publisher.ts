export interface Publication {
  /** Full queue URL. */
  queueUrl: string;
  /** Already encoded (lib/core/message.ts). */
  body: string;
  /** MessageGroupId: of a FIFO queue what keeps its order, of a standard queue whom it is fair to (protocol: fair-queues). */
  group?: string;
  /** FIFO queues only, and always there. */
  deduplicationId?: string;
}

/** SQS does not hold it and never will. @property most bytes of a message of that queue, where SQS said so */
export interface TooLarge {
  readonly tooLarge: true;
  readonly most?: number;
}

/**
 * `sent`: SQS holds it. `refused`: SQS said no, it does not hold it. `unanswered`: no answer came, it may hold it.
 * `unsent`: never left, because time ran out or, in an ordered group, because one before it was not sent.
 * `unacceptable` and TooLarge: SQS said no to what is in it, or to how much that is, and will say so again.
 */
export type PublicationOutcome = 'sent' | 'refused' | 'unanswered' | 'unsent' | 'unacceptable' | TooLarge;

/** Whether SQS would refuse it however often it is sent. */
export const isRefusedForGood = (outcome: PublicationOutcome): outcome is 'unacceptable' | TooLarge =>
  outcome === 'unacceptable' || typeof outcome === 'object';

export interface Publisher {
  /**
   * SendMessageBatch grouped by queue, cut by 10 entries and by 1,048,576 bytes; the events of one group one batch after another,
   * stopping that group at the first that is not `sent`. Never throws for what SQS does.
   * @param deadline epoch ms after which nothing is awaited any more
   * @returns one outcome per publication, in their order
   */
  publish(publications: readonly Publication[], deadline: number): Promise<PublicationOutcome[]>;
}
