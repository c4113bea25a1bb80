import { type Doc, isDocument, type TypeName, typeName } from '../value/types.ts';

/** Checks of a schema that hold of every value but those of their own type. */
export type Check = (value: unknown) => boolean;

export const whenType =
  (types: readonly TypeName[], check: Check): Check =>
  (value) =>
    !types.includes(typeName(value)) || check(value);

export const onNumbers = (check: Check): Check => whenType(['int', 'long', 'double', 'decimal'], check);
export const onStrings = (check: (text: string) => boolean): Check =>
  whenType(['string'], (value) => check(String(value)));
export const onArrays =
  (check: (array: unknown[]) => boolean): Check =>
  (value) =>
    !Array.isArray(value) || check(value);
export const onDocuments =
  (check: (document: Doc) => boolean): Check =>
  (value) =>
    !isDocument(value) || check(value);
