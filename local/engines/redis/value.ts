import type { Deque } from './deque.ts';
import { Named, type Register } from './register.ts';
import type { Registers } from './registers.ts';
import type { SortedSet } from './sorted-set.ts';

/** Keys, values, fields and members are latin1 strings, one character a byte. */
export type Value =
  | { kind: 'string'; text: string }
  | { kind: 'hyperloglog'; registers: Registers }
  | { kind: 'hash'; fields: Register<Field> }
  | { kind: 'set'; members: Register<Named> }
  | { kind: 'zset'; set: SortedSet }
  | { kind: 'list'; items: Deque };

export type Kind = Value['kind'];

/** Of a hash. */
export class Field extends Named {
  value: string;

  constructor(name: string, value: string) {
    super(name);
    this.value = value;
  }
}

/** Epoch ms; a bigint beyond 2^53. */
export type Time = number | bigint;
