/** What has no fields that a path could lead to. */
type Leaf = Date | RegExp | Uint8Array | { readonly _bsontype: string } | ((...given: never[]) => unknown);

/** Of a list its elements: an index over a list is over each of them. */
type Inside<Value> = Value extends readonly (infer One)[] ? Inside<One> : Value;

/** Whether documents may lack it. */
type IsOptional<Doc, Field extends keyof Doc> = Partial<Pick<Doc, Field>> extends Pick<Doc, Field> ? true : false;

type Deeper = { 4: 3; 3: 2; 2: 1; 1: 0 };

/**
 * The paths of fields in documents of a type, `lines.part` among them, four levels deep; any text where the type leaves open what there is.
 * @template Which `required`: those that every document has
 */
export type FieldPath<
  Doc,
  Which extends 'any' | 'required' = 'any',
  Depth extends number = 4,
> = string extends keyof Doc
  ? string
  : {
      [Field in keyof Doc & string]-?: Which extends 'required'
        ? IsOptional<Doc, Field> extends true
          ? never
          : Path<Field, Inside<Doc[Field]>, Which, Depth>
        : Path<Field, Inside<NonNullable<Doc[Field]>>, Which, Depth>;
    }[keyof Doc & string];

type Path<Field extends string, Value, Which extends 'any' | 'required', Depth extends number> =
  | Field
  | (Depth extends keyof Deeper
      ? Value extends Leaf
        ? never
        : Value extends object
          ? `${Field}.${FieldPath<Value, Which, Deeper[Depth]>}`
          : never
      : never);
