import { undecodableId } from '../../../lib/core/failure-id.ts';
import type { FailureRecord } from '../../../lib/ports/failures.ts';
import type { EventRecord } from '../../../lib/ports/records.ts';
import type { Trial } from './crashes-trial.ts';

export const kinds = [
  'lost',
  'effects not one',
  'projections not one',
  'records wrong',
  'failures wrong',
  'results differ',
  'crashes charged',
  'never at rest',
  'not told',
] as const;
export type Kind = (typeof kinds)[number];
export type Fault = { kind: Kind; text: string };

/** What is not as it must be, once everything is at rest. */
export async function faultsOf(trial: Trial): Promise<Fault[]> {
  const { tenant, told, town } = trial;
  const [records, failures, effects, seen] = await Promise.all([
    town.mongo.events.find({ tenant }).toArray(),
    town.mongo.failures.find({ $or: [{ tenant }, { _id: { $in: trial.undecodable.map(undecodableId) } }] }).toArray(),
    town.mongo.db.collection<{ name: string; count: number }>('effects').find({ tenant }).toArray(),
    town.ports.projections.read(tenant, 'seen', 'hash', ['all']),
  ]);
  const faults: Fault[] = [];
  const counted = new Map(effects.map(({ name, count }) => [name, count]));
  const projected = new Map(Object.entries(seen as Record<string, number>));
  const byKey = new Map(records.map((record) => [record._id, record]));
  const due = new Set([
    ...told.filter(({ ends, reused }) => ends === 'succeeded' && !reused).map(({ name }) => name),
    ...trial.replacements,
  ]);
  for (const name of new Set([...due, ...counted.keys(), ...projected.keys()])) {
    const wanted = due.has(name) ? 1 : 0;
    const [effect = 0, projection = 0] = [counted.get(name), projected.get(name)];
    if (effect < wanted) faults.push({ kind: 'lost', text: `${name} has no effect` });
    else if (effect !== wanted) faults.push({ kind: 'effects not one', text: `${name}: ${effect}` });
    if (projection !== wanted)
      faults.push({ kind: 'projections not one', text: `${name}: ${projection}, ${effect} effects` });
  }
  for (const { name, key, ends, reused } of told) {
    const record = byKey.get(key);
    if (!record) faults.push({ kind: 'lost', text: `${name} has no record` });
    else if (!reused && record.state !== ends)
      faults.push({ kind: 'records wrong', text: `${name} is ${record.state}, not ${ends}` });
  }
  for (const record of records) faults.push(...(await faultsOfRecord(trial, record)));
  faults.push(...faultsOfFailures(trial, failures));
  const crashes = records.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'crashed')).length;
  if (crashes > trial.deaths) faults.push({ kind: 'crashes charged', text: `${crashes} for ${trial.deaths} deaths` });
  return faults;
}

/** A record at rest: final, nothing half done, and what Redis says of it is the same. */
async function faultsOfRecord({ town }: Trial, record: EventRecord): Promise<Fault[]> {
  const { _id, id, state, starts, projected, fingerprint, replay } = record;
  const faults: Fault[] = [];
  if (state === 'retrying' || state === 'failing') faults.push({ kind: 'records wrong', text: `${id} is ${state}` });
  if (Object.keys(starts ?? {}).length > 0) faults.push({ kind: 'records wrong', text: `${id} has a start mark` });
  if (projected === false) faults.push({ kind: 'records wrong', text: `${id} has a projection pending` });
  const said = await town.ports.results.read(_id);
  const told = said && { ...said.outcome, status: said.event?.status };
  const must = { outcome: state, fingerprint, replay, status: state };
  const differs = Object.entries(must).filter(([name, value]) =>
    Object.entries(told ?? {}).every(([other, one]) => other !== name || one !== value),
  );
  if (!told || differs.length > 0)
    faults.push({ kind: 'results differ', text: `${id}: ${JSON.stringify(told)} of ${JSON.stringify(must)}` });
  return faults;
}

/** The last attempt of an event that throws may have ended with its process. */
const alike = (text: string): string => text.replace(/^crashed /, 'attempts-exhausted ');

function faultsOfFailures({ told, undecodable }: Trial, failures: readonly FailureRecord[]): Fault[] {
  const must = [...told.flatMap(({ failure }) => failure ?? []), ...undecodable.map(() => 'undecodable open')];
  const found = failures.map(({ cause, state }) => `${cause} ${state}`);
  const [wanted, there] = [must, found].map((list) => list.map(alike).toSorted().join(', '));
  if (wanted === there) return [];
  const text = `${there || 'none'}, not ${wanted || 'none'}`;
  return [{ kind: found.length < must.length ? 'lost' : 'failures wrong', text }];
}
