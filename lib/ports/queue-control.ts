export interface VisibilityChange {
  receiptHandle: string;
  /** 0-43,200. */
  seconds: number;
}

export interface QueueControl {
  /** ChangeMessageVisibilityBatch. @returns receipt handles whose change SQS confirmed */
  changeVisibility(queueUrl: string, changes: readonly VisibilityChange[]): Promise<Set<string>>;
}
