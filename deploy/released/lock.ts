import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Catalogue, CatalogueEntry } from '../../lib/core/catalogue.ts';
import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import { jsonSchemaOf } from '../../lib/core/json-schema.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { DefinitionError } from '../../lib/sdk/errors.ts';
import { orderOf } from './order.ts';

/** What was released to stages that retain: written by `npm run release` alone, and committed. */
export const LOCK = 'deploy/catalogue.lock.json';
/** Changes of what was released that somebody means: written by hand, emptied by `npm run release`. */
export const MEANT = 'deploy/meant-changes.json';

const released = z.strictObject({
  /** JSON Schema of what was taken. */
  data: z.record(z.string(), z.unknown()),
  /** Of forms before that, events of which may wait or be replayed: `upcast` took them. */
  upcast: z.array(z.record(z.string(), z.unknown())).optional(),
  /** Of an ordered type. */
  order: z.strictObject({ example: z.unknown(), key: z.string(), by: z.array(z.string()) }).optional(),
});
const lock = z.strictObject({
  format: z.literal(1),
  /** By stage, then by type. */
  stages: z.record(z.string(), z.record(z.string(), released)),
});

/** What can become of a type that was released. */
export const KINDS = ['removed', 'order', 'data'] as const;
export type Kind = (typeof KINDS)[number];
const meant = z.record(z.string(), z.array(z.enum(KINDS, `must be ${KINDS.join(', ')}`)).min(1));

export type Released = z.output<typeof released>;
export type Lock = z.output<typeof lock>;
/** By type. */
export type Meant = z.output<typeof meant>;

export const EMPTY_LOCK: Lock = { format: 1, stages: {} };

/** @param project absolute path @throws ConfigError for a file that is missing or is none */
export const readLock = (project: string): Lock => read(project, LOCK, lock);
/** @throws as readLock */
export const readMeant = (project: string): Meant => read(project, MEANT, meant);

export const writeLock = (project: string, content: Lock): void =>
  writeFileSync(join(project, LOCK), `${JSON.stringify(content, null, 2)}\n`);

export function writeMeant(project: string, content: Meant): void {
  const lines = Object.entries(content).map(([type, kinds]) => `  ${JSON.stringify(type)}: ${listOf(kinds)}`);
  writeFileSync(join(project, MEANT), lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`);
}

/** As it is written in the file. */
export const listOf = (kinds: readonly Kind[]): string => `[${kinds.map((kind) => `"${kind}"`).join(', ')}]`;

/** What the lock holds of the types of a catalogue. */
export const releasedOf = ({ entries }: Pick<Catalogue, 'entries'>): Record<string, Released> =>
  Object.fromEntries(entries.map((entry) => [entry.definition.type, releasedOfType(entry)]));

function releasedOfType({ definition, jsonSchema }: CatalogueEntry): Released {
  const order = orderOf(definition, definition.example);
  const older = olderSchemasOf(definition);
  const upcast = older.length > 0 ? older : undefined;
  // As it will be read again: without what JSON has not.
  return released.parse(JSON.parse(JSON.stringify({ data: jsonSchema, upcast, order })));
}

/** JSON Schemas of the forms that `upcast` takes. @throws DefinitionError naming one that cannot be expressed as such */
export const olderSchemasOf = ({ type, upcast }: EventDefinition): Record<string, unknown>[] =>
  upcast.map(({ data }, index) => {
    try {
      return jsonSchemaOf(data);
    } catch (cause) {
      throw new DefinitionError(
        `functions/events/${type}.ts: upcast.${index} cannot be expressed in JSON Schema: ${messageOf(cause)}`,
        { cause },
      );
    }
  });

function read<Content>(project: string, file: string, schema: z.ZodType<Content>): Content {
  try {
    return schema.parse(JSON.parse(readFileSync(join(project, file), 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replace(/\s*\n\s*/g, ' ') : messageOf(cause);
    throw new ConfigError(`${file} cannot be read: ${why}; take it as it was committed`, { cause });
  }
}
