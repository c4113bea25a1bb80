import { Deque } from './deque.ts';
import { Named, Register } from './register.ts';
import { Registers } from './registers.ts';
import { Field, type Value } from './value.ts';

/** A value of its own with the same in it, in the same order. */
export function copyOf(value: Value): Value {
  const { kind } = value;
  switch (kind) {
    case 'string':
      return { kind, text: value.text };
    case 'hyperloglog': {
      const registers = new Registers();
      registers.merge(value.registers);
      return { kind, registers };
    }
    case 'hash': {
      const fields = new Register<Field>();
      for (const { name, value: text } of value.fields.items) fields.add(new Field(name, text));
      return { kind, fields };
    }
    case 'set': {
      const members = new Register<Named>();
      for (const { name } of value.members.items) members.add(new Named(name));
      return { kind, members };
    }
    case 'zset':
      return { kind, set: value.set.copy() };
    case 'list': {
      const items = new Deque();
      for (const item of value.items.slice()) items.push(item);
      return { kind, items };
    }
  }
}
