export interface Publication {
  /** Full queue URL. */
  queueUrl: string;
  /** Already encoded (lib/core/message.ts). */
  body: string;
  /** FIFO queues only. */
  group?: string;
  deduplicationId?: string;
}

/**
 * `sent`: SQS holds it. `refused`: SQS said no, it does not hold it. `unanswered`: no answer came, it may hold it.
 * `unsent`: never left, because time ran out or, in an ordered group, because one before it was not sent.
 */
export type PublicationOutcome = 'sent' | 'refused' | 'unanswered' | 'unsent';

export interface Publisher {
  /**
   * SendMessageBatch grouped by queue, cut by 10 entries and by 1,048,576 bytes; the events of one group one batch after another,
   * stopping that group at the first that is not `sent`. Never throws for what SQS does.
   * @param deadline epoch ms after which nothing is awaited any more
   * @returns one outcome per publication, in their order
   */
  publish(publications: readonly Publication[], deadline: number): Promise<PublicationOutcome[]>;
}
