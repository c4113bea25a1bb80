/**
 * The server's error codes with a name that this engine answers; the others are called by their place, `Location31253`.
 * https://www.mongodb.com/docs/manual/reference/error-codes/
 */
export const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  CannotCreateIndex: 67,
  InvalidIndexSpecificationOption: 197,
  NotSingleValueField: 54,
  InvalidIdField: 53,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  ConflictingOperationInProgress: 117,
  DocumentValidationFailure: 121,
  InvalidPipelineOperator: 168,
  TransactionTooOld: 225,
  NotImplemented: 238,
  OperationFailed: 96,
  IllegalOperation: 20,
  FailPointSetFailed: 222,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  APIVersionError: 322,
  NotARetryableWriteCommand: 50768,
  IncompleteTransactionHistory: 217,
  UnsatisfiableWriteConcern: 100,
  OperationNotSupportedInTransaction: 263,
  InterruptedAtShutdown: 11600,
  CannotIndexParallelArrays: 171,
  DuplicateKey: 11000,
  BSONObjectTooLarge: 10334,
  ConversionFailure: 241,
  InvalidBSON: 22,
  UnsupportedOpQueryCommand: 352,
  IDLUnknownField: 40415,
} as const;

export type CodeName = keyof typeof codes | `Location${number}`;

const isNamed = (name: CodeName): name is keyof typeof codes => Object.hasOwn(codes, name);

const codeOf = (name: CodeName): number => (isNamed(name) ? codes[name] : Number(name.slice('Location'.length)));

/** Codes that only a client names: what a fail point shall answer. */
const simulated: Readonly<Record<string, number>> = {
  HostUnreachable: 6,
  HostNotFound: 7,
  UnknownError: 8,
  LockTimeout: 24,
  WriteConcernFailed: 64,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  StaleShardVersion: 63,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  ReadConcernMajorityNotAvailableYet: 134,
  QueryPlanKilled: 175,
  CursorKilled: 237,
  ChangeStreamFatalError: 280,
  TransactionExceededLifetimeLimitSeconds: 290,
  ReauthenticationRequired: 391,
  StaleConfig: 13388,
  Interrupted: 11601,
  SocketException: 9001,
  NotWritablePrimary: 10107,
  InterruptedDueToReplStateChange: 11602,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
};
const codeNames: ReadonlyMap<number, string> = new Map(
  Object.entries({ ...simulated, ...codes }).map(([name, code]): [number, string] => [code, name]),
);

/** The name of an error code; one without a name is called by its place, as the server does. */
export const nameOfCode = (code: number): string => codeNames.get(code) ?? `Location${code}`;

/** An answer `ok: 0`, or a write error, in the server's words. */
export class MongoFault extends Error {
  readonly code: number;
  readonly codeName: string;
  labels: readonly string[];
  /** Further fields of the answer, e.g. keyPattern and keyValue of a duplicate key. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    codeName: CodeName,
    message: string,
    options: { labels?: readonly string[]; details?: Record<string, unknown> } = {},
  ) {
    // An answer and no failure of ours: a stack for each of 100,000 duplicates takes seconds.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
    this.name = 'MongoFault';
    this.code = codeOf(codeName);
    this.codeName = codeName;
    this.labels = options.labels ?? [];
    this.details = options.details ?? {};
  }
}

/** The answer to a command that failed. */
export const faultReply = (fault: MongoFault): Record<string, unknown> => ({
  ok: 0,
  errmsg: fault.message,
  code: fault.code,
  codeName: fault.codeName,
  ...fault.details,
  ...(fault.labels.length > 0 && { errorLabels: [...fault.labels] }),
});

export const timeExpired = (): MongoFault => new MongoFault('MaxTimeMSExpired', 'operation exceeded time limit');
