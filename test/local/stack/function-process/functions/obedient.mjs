/** Does what its event says. */
let runs = 0;
/** Invocations that wait for others. */
let meeting = [];

export const handler = async (event, context) => {
  runs += 1;
  if (event.log) console.log(event.log);
  if (event.throw) throw new RangeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.spin) for (;;);
  if (event.meet) await meet(event.meet);
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  return {
    pid: process.pid,
    runs,
    remaining: context.getRemainingTimeInMillis(),
    context: { name: context.functionName, requestId: context.awsRequestId },
    ...(event.environment && {
      environment: process.env,
      marked: globalThis[Symbol.for('sluice.local-runtime')],
    }),
  };
};

const meet = (count) =>
  new Promise((resolve) => {
    meeting.push(resolve);
    if (meeting.length < count) return;
    for (const each of meeting) each();
    meeting = [];
  });

export const silent = async () => undefined;
