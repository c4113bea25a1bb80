/** Metrics that AWS tells of itself, as its pages list them, as far as anything here may ask for them; with their dimensions. */
export const AWS_METRICS: Readonly<
  Record<string, { page: string; dimensions: readonly string[]; names: readonly string[] }>
> = {
  'AWS/SQS': {
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    dimensions: ['QueueName'],
    names: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateAgeOfOldestMessageInQuietGroups',
      'ApproximateNumberOfGroupsWithInflightMessages',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesNotVisibleInQuietGroups',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisibleInQuietGroups',
      'ApproximateNumberOfNoisyGroups',
      'NumberOfDeduplicatedSentMessages',
      'NumberOfEmptyReceives',
      'NumberOfMessagesDeleted',
      'NumberOfMessagesReceived',
      'NumberOfMessagesSent',
      'SentMessageSize',
    ],
  },
  'AWS/Lambda': {
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    dimensions: ['FunctionName'],
    names: ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions', 'RecursiveInvocationsDropped'],
  },
  'AWS/ApiGateway': {
    page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html',
    dimensions: ['ApiId'],
    names: ['4xx', '5xx', 'Count', 'IntegrationLatency', 'Latency', 'DataProcessed'],
  },
  'AWS/ElastiCache': {
    page: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html',
    dimensions: ['CacheClusterId'],
    names: ['Evictions', 'DatabaseMemoryUsagePercentage', 'CurrConnections', 'EngineCPUUtilization', 'CPUUtilization'],
  },
};
