import { type Broken, ofModel } from './protocol-mutant.ts';

const run = 'lib/consume/joint-run.ts';
const join = 'lib/consume/join.ts';
const together = 'test/lib/consume/joint.contract.test.ts';
const consuming = 'test/lib/consume/consume.contract.test.ts';
const inOrder = 'test/lib/consume/joint-ordered.contract.test.ts';
const inTime = 'test/lib/consume/joint-time.contract.test.ts';

const ABORTED = '    await transaction.abort();\n    return failed(';

/** Of joint runs, and of what comes after them. */
const ofTheModel: Broken[] = [
  {
    name: 'joint-keeps-part',
    file: run,
    search: '  const settlements: Settlement[] = [];\n',
    replace: '  const settlements: Settlement[] = kept;\n',
    also: [
      {
        file: run,
        search: 'async function turns(\n',
        replace: 'const kept: Settlement[] = [];\nasync function turns(\n',
      },
      {
        file: run,
        search: ABORTED,
        replace: `    await transaction.settle(kept.splice(0)).catch(() => transaction.abort());\n    return failed(`,
      },
    ],
    caughtBy: together,
    title: 'an error: it alone spends an attempt',
  },
  {
    name: 'joint-counts-attempt',
    file: run,
    search: ABORTED,
    replace: `    for (const { state } of events)
      await ports.records.recordAttempt(state.key, state.message, { at: new Date().toISOString(), outcome: 'error' }, new Date(), state);
${ABORTED}`,
    caughtBy: together,
    title: 'an error: it alone spends an attempt',
  },
  {
    name: 'joint-skips-thrower',
    file: run,
    search: '    if (transaction.failure !== undefined) throw transaction.failure;\n',
    replace:
      '    if (transaction.failure !== undefined) throw transaction.failure;\n    if (settled.length === 0) continue;\n',
    also: [
      {
        file: run,
        search: 'handle(spans.events, definition, ports, transaction, limit)',
        replace: 'handle(spans.events, definition, ports, transaction, limit).catch((): Settlement[] => [])',
      },
    ],
    caughtBy: together,
    title: 'an error: it alone spends an attempt',
  },
  {
    name: 'joint-settles-what-holds',
    file: run,
    search: "if (answer === 'settled') return",
    replace: "if (answer !== 'conflict' || events.length > 1) return",
    caughtBy: together,
    title: 'a record that another run settled meanwhile',
  },
  {
    name: 'joint-acks-before-commit',
    file: join,
    search: '      const result = await runJointly(events, definition, ports, time);\n',
    replace: `      for (const { state } of events) batch.fates.decide(state, { kind: 'done' });
      const result = await runJointly(events, definition, ports, time);
      if (result.kind === 'infrastructure') return [];
`,
    caughtBy: together,
    title: 'in an outage all come back at no cost',
  },
  {
    name: 'joint-tells-before-commit',
    file: run,
    search: '  try {\n    const answer = await transaction.settle(',
    replace: `  for (const { key, message, outcome } of settlements)
    await (ports as unknown as import('./ports.ts').ConsumePorts).results.tell(
      key,
      { outcome, fingerprint: message.fingerprint, replay: message.replay },
      { ...message, status: outcome, attempts: [] } as never,
    );
  try {
    const answer = await transaction.settle(`,
    caughtBy: together,
    title: 'a joint commit that is refused',
  },
  {
    name: 'joint-lost-answer-means-done',
    file: run,
    search: "isA(thrown, DependencyError) ? { ...result, kind: 'unanswered' } : result;",
    replace: "isA(thrown, DependencyError) ? { kind: 'settled', settlements } : result;",
    caughtBy: together,
    title: 'not done: each event runs alone',
  },
  {
    name: 'single-after-joint-without-condition',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: "  state: 'retrying',\n",
    replace: "  state: { $ne: 'failing' },\n",
    caughtBy: together,
    title: 'done, and the records cannot be read either',
  },
  {
    name: 'group-goes-on-in-fall-back',
    file: 'lib/consume/execute.ts',
    search: 'orderedBy !== undefined &&\n',
    replace: 'orderedBy !== undefined &&\n    !joint &&\n',
    caughtBy: inOrder,
    title: 'stops that group only',
  },
  {
    name: 'joint-overtakes',
    file: join,
    search: '    if (orderedBy) closed.add(state.group);\n',
    replace: '',
    caughtBy: inOrder,
    title: 'nothing runs jointly behind one',
  },
  {
    name: 'joint-without-look-up',
    file: join,
    search: 'state.known === undefined && ',
    replace: '',
    also: [{ file: 'lib/consume/redelivery.ts', search: 'receives > 1 || together', replace: 'receives > 1' }],
    caughtBy: together,
    title: 'goes the way of a copy',
  },
];

/** What the model does not know: who looks for copies, when guards are cut, contexts, refusals, time, and what is held back. */
const turns: Broken[] = [
  {
    name: 'a copy that nobody looked for is not looked for afterwards either',
    file: join,
    search: "result.kind === 'unanswered' || !looksUp ?",
    replace: "result.kind === 'unanswered' ?",
    caughtBy: together,
    title: 'tells apart undoes one joint run',
  },
  {
    name: 'after a copy nobody looks for the next',
    file: join,
    search: 'copies.met();',
    replace: 'copies.lookedUp(false);',
    caughtBy: together,
    title: 'tells apart undoes one joint run',
  },
  {
    name: 'a copy is taken for poison',
    file: join,
    search: 'if (!hadCopies || metWriters) joining',
    replace: 'joining',
    caughtBy: together,
    title: 'tells apart undoes one joint run',
  },
  {
    name: 'poison is taken for a copy',
    file: join,
    search: 'known.length > 0;',
    replace: 'known.length >= 0;',
    caughtBy: together,
    title: 'what fails of itself is a fall-back',
  },
  {
    name: 'a lost answer is taken for a copy',
    file: join,
    search: "result.kind === 'fell-back' && known.length",
    replace: 'known.length',
    caughtBy: together,
    title: 'a commit whose answer is lost is no copy',
  },
  {
    name: 'a copy that was looked for is forgotten',
    file: 'lib/consume/ready.ts',
    search: 'states.some((state) => isFirst(state) && state.known !== undefined)',
    replace: 'states.length === 0 && isFirst(states[0] as never)',
    caughtBy: together,
    title: 'copies that were looked for keep it looking',
  },
  {
    name: 'a replay is taken for a copy',
    file: 'lib/consume/ready.ts',
    search: 'isFirst(state) && state.known',
    replace: '(isFirst(state) || state.receives <= 1) && state.known',
    caughtBy: together,
    title: 'copies that were looked for keep it looking',
  },
  {
    name: 'what stands before one that comes back goes back too',
    file: 'lib/consume/execute.ts',
    search: '.slice(0, admitted.indexOf(runnable))',
    replace: '.slice(0, admitted.length + 0 * admitted.indexOf(runnable))',
    caughtBy: inOrder,
    title: 'what stands before a copy that comes back',
  },
  {
    name: 'a function rests while guards are cut',
    file: 'lib/consume/confirm.ts',
    search: '  await guards.ended();\n',
    replace: '',
    caughtBy: consuming,
    title: 'a batch waits for guards',
  },
  {
    name: 'copies are never expected again',
    file: 'lib/consume/copies.ts',
    search: 'quiet = met ? 0 : quiet + 1;',
    replace: 'quiet += met ? 0 : 1;',
    caughtBy: 'test/lib/consume/copies.test.ts',
    title: 'at its beginning',
  },
  {
    name: 'guards of what is not told may be cut',
    file: 'lib/consume/confirm.ts',
    search: '      await ports.records.markProjected(applied.map(({ key }) => key));\n',
    replace: '',
    also: [
      {
        file: 'lib/consume/confirm.ts',
        search: '    } catch (error) {',
        replace: '      await ports.records.markProjected(applied.map(({ key }) => key));\n    } catch (error) {',
      },
    ],
    caughtBy: consuming,
    title: 'guards of what the record does not say yet stay',
  },
  {
    name: 'guards are never cut',
    file: 'lib/consume/batch.ts',
    search: '      guards.cut();\n',
    replace: '',
    caughtBy: consuming,
    title: 'guards are cut only after',
  },
  {
    name: 'context open after its turn',
    file: 'lib/consume/handle.ts',
    search: '    life.end();\n',
    replace: '',
    caughtBy: together,
    title: 'its context ends with it',
  },
  {
    name: 'a refusal keeps what it wrote',
    file: run,
    search: 'settled.some(isRefusal) && transaction.writes > written',
    replace: 'settled.length === 0',
    caughtBy: together,
    title: 'a refusal behind an insert',
  },
  {
    name: 'a held-back insert is no write',
    file: 'lib/adapters/mongo/transaction.ts',
    search: '          if (answer) writes++;\n',
    replace: '',
    caughtBy: together,
    title: 'a refusal behind an insert that was held back',
  },
  {
    name: 'redelivered events run jointly',
    file: 'lib/consume/delivery.ts',
    search: 'receives <= 1 && message.replay === 0',
    replace: 'message.replay === 0 && receives > 0',
    caughtBy: together,
    title: 'what was delivered before, and replays',
  },
  {
    name: 'joint runs take the time of single ones',
    file: 'lib/consume/joint-time.ts',
    search: 'Math.min(most, spare)',
    replace: 'most + 0 * spare',
    caughtBy: inTime,
    title: 'no time but for single runs',
  },
  {
    name: 'a joint run that fell back is tried again at once',
    file: 'lib/consume/joining.ts',
    search: '    passedOver = 2 ** doublings;\n',
    replace: '',
    caughtBy: together,
    title: 'for a while all that an environment gets',
  },
  {
    name: 'behind another writer all run beside each other',
    file: 'lib/consume/execute.ts',
    search: 'batch.joining.meets ? 1 : runsAtOnce',
    replace: 'runsAtOnce',
    caughtBy: together,
    title: 'behind another writer they run one after another',
  },
  {
    name: 'held-back inserts overtake what is under way',
    file: 'lib/adapters/mongo/transaction.ts',
    search: ' || unanswered > 0) return undefined;',
    replace: ') return undefined;',
    caughtBy: 'test/lib/adapters/mongo/held-inserts.contract.test.ts',
    title: 'never overtake',
  },
  {
    name: 'held-back inserts stay behind what asks for them',
    file: 'lib/adapters/mongo/transaction.ts',
    search: 'const before = held.take(name);',
    replace: "const before = held.take('');",
    caughtBy: 'test/lib/adapters/mongo/held-inserts.contract.test.ts',
    title: 'go out before what must be answered',
  },
  {
    name: 'another handler is told of a held-back insert that failed',
    file: 'lib/adapters/mongo/transaction.ts',
    search: 'throw failedLater(cause, name);',
    replace: 'throw failedLater(cause, name) && cause;',
    caughtBy: 'test/lib/adapters/mongo/held-inserts.contract.test.ts',
    title: 'one that fails ends the transaction',
  },
  {
    name: 'an inserted record is not what an upsert makes',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: '  fingerprint: settlement.message.fingerprint,\n  ...settledFields',
    replace: "  fingerprint: '',\n  ...settledFields",
    caughtBy: 'test/lib/adapters/mongo/held-inserts.contract.test.ts',
    title: 'what the condition would have made',
  },
  {
    name: 'a commit is sent once',
    file: 'lib/adapters/mongo/commit.ts',
    search: '!isUnanswered(error) || performance.now() + pause >= end',
    replace: '!isUnanswered(error) || pause >= 0',
    caughtBy: 'test/lib/adapters/mongo/commit.test.ts',
    title: 'again while',
  },
];

export const joint = [...ofModel('joint', ofTheModel), ...ofModel('turns', turns)];
