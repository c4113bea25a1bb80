import fc from 'fast-check';
import { nearMiss, strangeTexts } from './near-miss.ts';
import { numberIn, type Resolve, type Schema, validValue } from './valid-value.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
export interface Operation {
  method: string;
  /** As the document has it. */
  path: string;
  parameters: readonly Parameter[];
  requestBody?: { required?: boolean; content: Readonly<Record<string, { schema: Schema }>> };
  responses: Readonly<
    Record<
      string,
      { content?: Readonly<Record<string, { schema: Schema }>>; headers?: Readonly<Record<string, unknown>> }
    >
  >;
}
export interface Request {
  parameters: readonly { parameter: Parameter; text: string }[];
  body?: { mediaType: string; value: unknown };
}
/** Whether a value is what a schema allows. */
export type Allows = (schema: Schema, value: unknown) => boolean;

const written = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));
const headerOf = ({ in: where }: Parameter, text: string) => (where === 'header' ? text.trim() : text);

const textOf = (parameter: Parameter, resolve: Resolve): fc.Arbitrary<string> => {
  const { in: where, schema } = parameter;
  // Headers without a form of their own are printable ASCII in any case.
  if (where === 'header' && schema.pattern === undefined && schema.type === 'string')
    return fc.string({ maxLength: 20 }).map((text) => text.trim());
  return validValue(schema, resolve).map(written);
};

/** What the document allows. */
export function validRequest({ parameters, requestBody }: Operation, resolve: Resolve): fc.Arbitrary<Request> {
  const texts = parameters.map((parameter) => {
    const some = textOf(parameter, resolve).map((text) => [{ parameter, text }]);
    return parameter.required ? some : fc.oneof(fc.constant([]), some);
  });
  const bodies = Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema }]) =>
    validValue(schema, resolve).map((value) => ({ mediaType, value })),
  );
  const body = fc.oneof(...(requestBody?.required ? [] : [fc.constant(undefined)]), ...bodies);
  return fc
    .tuple(fc.tuple(...texts), body)
    .map(([some, one]) => ({ parameters: some.flat(), ...(one !== undefined && { body: one }) }));
}

/** What the document allows but for one thing. */
export function brokenRequest(operation: Operation, resolve: Resolve, allows: Allows): fc.Arbitrary<Request> {
  const valid = validRequest(operation, resolve);
  const changes = [
    ...operation.parameters.flatMap((parameter) => brokenParameter(parameter, resolve, allows)),
    fc.constant((request: Request) => withParameter(request, strangeParameter, '1')),
  ];
  const bodies = brokenBodies(operation, resolve, allows);
  // There is more in a body than in all of its parameters.
  const change =
    bodies.length > 0
      ? fc.oneof(fc.oneof(...changes), { weight: 3, arbitrary: fc.oneof(...bodies) })
      : fc.oneof(...changes);
  return fc.tuple(valid, change).map(([request, made]) => made(request));
}

type Change = (request: Request) => Request;

const strangeParameter: Parameter = { name: 'unknown', in: 'query', schema: {} };

const withParameter = ({ parameters, ...rest }: Request, parameter: Parameter, text: string): Request => ({
  ...rest,
  parameters: [...parameters.filter((one) => one.parameter.name !== parameter.name), { parameter, text }],
});

function brokenParameter(parameter: Parameter, resolve: Resolve, allows: Allows): fc.Arbitrary<Change>[] {
  const { in: where, schema, required, name } = parameter;
  const read = (text: string): unknown => {
    if (schema.type === 'integer') return /^-?[0-9]+$/.test(text) ? Number(text) : text;
    return schema.type === 'array' ? text.split(',') : text;
  };
  const strange = ['0', '201', 'null', '~', 'a,b', '"open', '%00', '%C3', '%ed%a0%80', ...strangeTexts].filter(
    (text) => where !== 'header' || /^[ -~]*$/.test(text),
  );
  const long = 'x'.repeat(numberIn(schema.maxLength, 1024) + 1);
  const bad = [...strange, long].map((text) => headerOf(parameter, text)).filter((text) => !allows(schema, read(text)));
  const worse = textOf(parameter, resolve).chain((text) => {
    const worsened = strange.map((one) => headerOf(parameter, text + one)).filter((one) => !allows(schema, read(one)));
    return fc.constantFrom(...(worsened.length > 0 ? worsened : bad));
  });
  const usable = where !== 'path' || bad.includes('~');
  const texts = [
    ...(bad.length > 0 ? [fc.constantFrom(...(where === 'path' ? ['~'] : bad))] : []),
    ...(bad.length > 0 && where !== 'path' ? [worse] : []),
  ];
  const gone: Change = (request) => ({
    ...request,
    parameters: request.parameters.filter((one) => one.parameter.name !== name),
  });
  return [
    ...(usable && texts.length > 0
      ? [
          fc.oneof(...texts).map(
            (text): Change =>
              (request) =>
                withParameter(counting(request, name), parameter, text),
          ),
        ]
      : []),
    ...(required && where !== 'path' && !choosesWay(parameter) ? [fc.constant(gone)] : []),
  ];
}

/** Without its one word a request is asked in another way, and may be taken. */
const choosesWay = ({ in: where, schema }: Parameter): boolean =>
  where === 'query' && Array.isArray(schema.enum) && schema.enum.length === 1;

/** Where an Idempotency-Key counts: one plain event without an id. */
function counting(request: Request, name: string): Request {
  const { mediaType, value } = request.body ?? {};
  if (name !== 'Idempotency-Key' || mediaType === undefined) return request;
  const [one] = [value].flat();
  return { ...request, body: { mediaType: 'application/json', value: { ...Object(one), id: null } } };
}

function brokenBodies({ requestBody }: Operation, resolve: Resolve, allows: Allows): fc.Arbitrary<Change>[] {
  const gone: Change = ({ parameters }) => ({ parameters });
  return [
    ...Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema }]) =>
      nearMiss(schema, resolve)
        .filter((value) => !allows(schema, value))
        .map(
          (value): Change =>
            (request) => ({ ...request, body: { mediaType, value } }),
        ),
    ),
    ...(requestBody?.required ? [fc.constant(gone)] : []),
    ...(requestBody
      ? [fc.constant<Change>((request) => ({ ...request, body: { mediaType: 'text/plain', value: 1 } }))]
      : []),
  ];
}
