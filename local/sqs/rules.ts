/** A request that AWS refuses: code and message as AWS words them. */
export interface Refusal {
  code: string;
  message: string;
}

/**
 * Rules of AWS that fauxqs does not know, by action; each looks at the body of a request (AWS JSON 1.0).
 * @param known names of the queues that exist
 */
export function refusalOf(action: string, body: unknown, known: ReadonlySet<string>): Refusal | undefined {
  if (!isRecord(body)) return undefined;
  if (action === 'CreateQueue') return refuseAttributes(String(body.QueueName ?? ''), body.Attributes, known);
  if (action === 'SetQueueAttributes') return refuseAttributes(nameOf(String(body.QueueUrl)), body.Attributes, known);
  return undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html, attributes of a FIFO queue and of a redrive policy */
function refuseAttributes(queueName: string, attributes: unknown, known: ReadonlySet<string>): Refusal | undefined {
  if (!isRecord(attributes)) return undefined;
  const fifo = queueName.endsWith('.fifo');
  for (const name of ['DeduplicationScope', 'FifoThroughputLimit', 'ContentBasedDeduplication'])
    if (!fifo && attributes[name] !== undefined)
      return { code: 'InvalidAttributeName', message: `Unknown Attribute ${name}.` };
  if (attributes.FifoThroughputLimit === 'perMessageGroupId' && attributes.DeduplicationScope !== 'messageGroup')
    return {
      code: 'InvalidAttributeValue',
      message:
        'Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only with DeduplicationScope messageGroup.',
    };
  return attributes.RedrivePolicy ? refuseRedrive(fifo, String(attributes.RedrivePolicy), known) : undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function refuseRedrive(fifo: boolean, text: string, known: ReadonlySet<string>): Refusal | undefined {
  const refuse = (reason: string): Refusal => ({
    code: 'InvalidParameterValue',
    message: `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  });
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return refuse('Redrive policy is not a valid JSON map.');
  }
  if (!isRecord(policy)) return refuse('Redrive policy is not a valid JSON map.');
  const receives = Number(policy.maxReceiveCount);
  if (!Number.isInteger(receives) || receives < 1 || receives > 1000)
    return refuse('Invalid value for maxReceiveCount. It must be between 1 and 1000, both inclusive.');
  const target = String(policy.deadLetterTargetArn).split(':').at(-1) ?? '';
  if (!known.has(target)) return refuse('Dead letter target does not exist.');
  if (target.endsWith('.fifo') !== fifo) return refuse('Dead-letter queue must be same type of queue as the source.');
  return undefined;
}

/** `http://127.0.0.1:9324/000000000000/orders` -> `orders` */
export const nameOf = (queueUrl: string): string => queueUrl.split('/').at(-1) ?? '';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
