import * as z from 'zod';
import type { CollectionDeclaration, ProjectionDeclaration } from './declarations.ts';
import type { Batched, EventFile, Named, None, OneByOne, TypedEventDefinition } from './definition.ts';
import { readOptions } from './options.ts';
import { marksOf } from './sensitive-marks.ts';
import type { SettingDeclaration } from './settings.ts';

/**
 * Declares an event type: the one file from which its route, queue, consumer, role, documents and local wiring follow.
 * @throws DefinitionError naming the file and every wrong field
 */
export function defineEvent<
  const Type extends string,
  Schema extends z.ZodType,
  const Collections extends Named<CollectionDeclaration> = None,
  const Projections extends Named<ProjectionDeclaration> = None,
  Settings extends Named<SettingDeclaration> = None,
>(
  file: EventFile<Type, Schema, Collections, Projections, Settings> &
    (OneByOne<Schema, Collections, Projections, Settings> | Batched<Schema, Collections, Projections, Settings>),
): TypedEventDefinition<Type, z.input<Schema>> {
  const { collections: _, projections: __, ...read } = readOptions(file, `functions/events/${String(file.type)}.ts`);
  const older = read.upcast.map((form) => form.data);
  return Object.freeze({
    ...read,
    // What was sensitive in a form before is so as long as there is data of it.
    sensitive: marksOf(older.length > 0 ? z.union([file.data, ...older]) : file.data),
    collections: file.collections ?? {},
    projections: file.projections ?? {},
    type: file.type,
    example: file.example,
  });
}
