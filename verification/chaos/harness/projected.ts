import { type Structure, structureId } from '../../../lib/projections/recompute.ts';
import projected from '../types/chaos.projected.ts';
import type { Random } from './random.ts';
import type { ChaosEvent } from './send.ts';

/** What `chaos.projected` is sent with. */
export interface ProjectedEvent extends ChaosEvent {
  data: { key: string; amount: number; work?: number; reads?: boolean };
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

/** @param work the most milliseconds that its handler takes */
export const projectedEvent = (id: string, random: Random, work: number): ProjectedEvent => ({
  id,
  type: projected.type,
  data: { key: random.pick(KEYS), amount: 1 + random.below(9), work: random.below(work + 1) },
});

/** The projections that `chaos.projected` declares, by name. */
export const declaredProjections = projected.projections;

/** What Redis must hold after each of these took effect once; told by what was sent, not by any record. */
export function structuresOf(events: Iterable<ProjectedEvent>): Map<string, Structure> {
  const structures = new Map<string, Structure>();
  const of = (projection: string, key: string): Structure => {
    const id = structureId('local', projection, key);
    const declaration = declaredProjections[projection];
    if (!declaration) throw new Error(`${projection} is no projection of the experiments`);
    const one = structures.get(id) ?? {
      ...{ tenant: 'local', projection, key, kind: declaration.kind },
      told: new Map<string, bigint>(),
    };
    structures.set(id, one);
    return one;
  };
  const add = ({ told }: Structure, name: string, by: number) => told.set(name, (told.get(name) ?? 0n) + BigInt(by));
  for (const { id, data } of events) {
    const { key, amount } = data;
    add(of('projected-total', key), '', amount);
    add(of('projected-events', key), id, 1);
    add(of('projected-amounts', key), `of-${amount}`, amount);
    of('projected-estimate', key).told.set(id, 1n);
    of('projected-members', key).told.set(id, 1n);
  }
  return structures;
}
