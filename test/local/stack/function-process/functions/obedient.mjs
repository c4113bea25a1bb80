/** Does what its event says. */
let runs = 0;

export const handler = async (event, context) => {
  runs += 1;
  if (event.log) console.log(event.log);
  if (event.throw) throw new RangeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.spin) for (;;);
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  return {
    pid: process.pid,
    runs,
    remaining: context.getRemainingTimeInMillis(),
    context: { name: context.functionName, requestId: context.awsRequestId },
    ...(event.environment && { environment: process.env }),
  };
};

export const silent = async () => undefined;
