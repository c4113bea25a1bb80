import { sqsPing } from '../adapters/sqs/ping.ts';
import { connectSqs as connect, sqsPublisher, sqsQueueControl } from '../adapters/sqs/sqs.ts';
import { sqsOptions } from '../core/adapter-options.ts';
import type { Config } from '../core/config.ts';
import type { Ping } from '../ports/ping.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { QueueControl } from '../ports/queue-control.ts';

/** What SQS is for: every port that it serves. */
export type Sqs = ReturnType<typeof connect>;

/** The connection is made at first use. */
export const connectSqs = (config: Config<'sqs'>): Sqs => connect(sqsOptions(config));

export const publisherOn = (sqs: Sqs): Publisher => sqsPublisher(sqs);

export const queueControlOn = (sqs: Sqs): QueueControl => sqsQueueControl(sqs);

/** @param queueUrl of a queue whose attributes may be read */
export const sqsPingOf = (sqs: Sqs, queueUrl: string): Ping => sqsPing(sqs, queueUrl);
