import { type Broken, ofModel } from './protocol-mutant.ts';

const copies = 'test/lib/consume/copies.contract.test.ts';
const consuming = 'test/lib/consume/consume.contract.test.ts';
const stale = 'test/lib/failures/replay/stale.contract.test.ts';

const updates = 'lib/adapters/mongo/record-updates.ts';
const records = 'lib/adapters/mongo/records.ts';
const decide = 'lib/consume/decide.ts';
const redelivery = 'lib/consume/redelivery.ts';

/** Of every write of the record, and what is read where it does not hold. */
const broken: Broken[] = [
  {
    name: 'condition-without-fingerprint',
    decision: 'one-condition',
    file: updates,
    search: '  replay: message.replay,\n  fingerprint: message.fingerprint,\n});',
    replace: '  replay: message.replay,\n});',
    also: [
      { file: updates, search: '  id: message.id,', replace: '  id: message.id, fingerprint: message.fingerprint,' },
      { file: redelivery, search: 'known.fingerprint === message.fingerprint', replace: 'true' },
    ],
    caughtBy: consuming,
    title: 'the other payload does not settle',
  },
  {
    name: 'higher-replay-before-fingerprint',
    decision: 'read-afterwards',
    file: decide,
    search:
      "if (record.fingerprint !== message.fingerprint) return { do: 'send-letter', attempts: [], lastWord: idReused() };",
    replace:
      "if (record.replay > message.replay) return { kind: 'done' };\n  if (record.fingerprint !== message.fingerprint) return { do: 'send-letter', attempts: [], lastWord: idReused() };",
    caughtBy: consuming,
    title: 'another payload',
  },
  {
    name: 'copies-use-up-attempts',
    decision: 'attempts-have-a-due-time',
    file: updates,
    search: '  attempts: { $size: known?.attempts.length ?? 0 },\n',
    replace: '',
    also: [
      { file: updates, search: '  attempted: { $not: { $gt: known?.attempted ?? 0 } },\n', replace: '' },
      { file: updates, search: '  dueAt: known?.dueAt ?? { $exists: false },\n', replace: '' },
    ],
    caughtBy: copies,
    title: 'that never succeed',
  },
  {
    name: 'full-list-tells-attempts-apart',
    decision: 'attempts-have-a-due-time',
    file: updates,
    search: '  attempted: { $not: { $gt: known?.attempted ?? 0 } },\n',
    replace: '',
    caughtBy: consuming,
    title: 'a record keeps its last 50 attempts',
  },
  {
    name: 'run-before-due',
    decision: 'attempts-have-a-due-time',
    file: 'lib/consume/retry.ts',
    search: 'return ms > GRACE_MS ?',
    replace: 'return ms > Number.POSITIVE_INFINITY ?',
    caughtBy: copies,
    title: 'goes back until then and does not run',
  },
  {
    name: 'free-return-puts-others-off',
    decision: 'attempts-have-a-due-time',
    file: 'lib/adapters/mongo/records.ts',
    search: 'const record = await write(conditionAsRead(key, message, ran), message, {',
    replace: 'const record = await write(condition(key, message), message, {',
    caughtBy: copies,
    title: 'leaves their due time alone',
  },
  {
    name: 'condition-without-replay',
    file: updates,
    search: "  state: 'retrying',\n  replay: message.replay,\n",
    replace: "  state: 'retrying',\n",
    also: [
      { file: updates, search: '  id: message.id,', replace: '  id: message.id, replay: message.replay,' },
      { file: redelivery, search: 'known.replay === message.replay', replace: 'true' },
    ],
    caughtBy: stale,
    title: 'a late success changes nothing',
  },
  {
    name: 'condition-without-final',
    file: updates,
    search: "  state: 'retrying',\n",
    replace: "  state: { $ne: 'failing' },\n",
    also: [{ file: redelivery, search: "known.state === 'retrying'", replace: "known.state !== 'failing'" }],
    caughtBy: consuming,
    title: 'costs a copy that comes later',
  },
  {
    name: 'condition-checked-before-not-written',
    file: updates,
    search:
      '  filter: condition(settlement.key, settlement.message),\n  update: {\n    $setOnInsert: firstFields(settlement.message),\n    $set: settledFields(settlement, expireAfterDays),\n',
    replace:
      '  filter: { _id: settlement.key },\n  update: {\n    $setOnInsert: firstFields(settlement.message),\n    $set: { ...settledFields(settlement, expireAfterDays), replay: settlement.message.replay, fingerprint: settlement.message.fingerprint },\n',
    also: [{ file: redelivery, search: 'receives > 1 || together', replace: 'receives > 0' }],
    caughtBy: stale,
    title: 'a late success changes nothing',
  },
  {
    name: 'effect-outside-transaction',
    file: 'lib/adapters/mongo/transaction.ts',
    search: 'operation({ session: inTransaction(), ...serverTime(ms) })',
    replace: 'operation({ session: undefined, ...serverTime(ms) })',
    caughtBy: consuming,
    title: 'the late run changes neither effect, record nor result',
  },
  {
    name: 'attempt-unconditional',
    file: records,
    search:
      "        ...pushed([attempt]),\n        $unset: { suspect: '', returns: '', dueFor: '', ...unmarked(ran.run) },\n      }),",
    replace:
      "        ...pushed([attempt]),\n        $unset: { suspect: '', returns: '', dueFor: '', ...unmarked(ran.run) },\n      }).then((record) => record ?? events.findOneAndUpdate({ _id: key }, { $push: { attempts: attempt } }, { returnDocument: 'after' })),",
    caughtBy: stale,
    title: 'a late error is no attempt',
  },
  {
    name: 'handlers-duplicate-key-is-done',
    file: 'lib/consume/execute.ts',
    search: "if (result.kind === 'infrastructure') return batch.outage([state], result.error);",
    replace:
      "if (result.kind === 'error' && result.error.code === 'duplicate-key') return fates.decide(state, { kind: 'done' });\n    if (result.kind === 'infrastructure') return batch.outage([state], result.error);",
    caughtBy: 'test/lib/consume/consume-hard.contract.test.ts',
    title: 'a taken e-mail in a handler',
  },
  {
    name: 'fingerprint-not-compared-afterwards',
    file: decide,
    search:
      "if (record.fingerprint !== message.fingerprint) return { do: 'send-letter', attempts: [], lastWord: idReused() };",
    replace: "if (record.fingerprint !== message.fingerprint) return { kind: 'done' };",
    caughtBy: consuming,
    title: 'with Redis down: the first stays',
  },
];

export const condition = ofModel('consumer', broken);
