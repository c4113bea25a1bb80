/**
 * The server's error codes that this engine answers.
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
  Location5447000: 5447000,
  Location5858203: 5858203,
  Location40602: 40602,
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
  Location16007: 16007,
  Location16020: 16020,
  Location16610: 16610,
  Location16611: 16611,
  Location17124: 17124,
  Location28761: 28761,
  Location28765: 28765,
  Location28766: 28766,
  Location40061: 40061,
  Location40386: 40386,
  Location40394: 40394,
  Location5166400: 5166400,
  Location5166403: 5166403,
  Location5166405: 5166405,
  Location16410: 16410,
  Location17040: 17040,
  Location40081: 40081,
  Location17276: 17276,
  Location31250: 31250,
  Location31253: 31253,
  Location31254: 31254,
  Location31325: 31325,
  Location31252: 31252,
  Location51246: 51246,
  Location51270: 51270,
  Location40228: 40228,
  Location40234: 40234,
  Location40238: 40238,
  Location40272: 40272,
  Location40323: 40323,
  Location40324: 40324,
  Location40414: 40414,
  IDLUnknownField: 40415,
  Location51091: 51091,
  Location51024: 51024,
  Location51075: 51075,
  Location51108: 51108,
  Location51173: 51173,
  Location51174: 51174,
  Location15947: 15947,
  Location15952: 15952,
  Location15955: 15955,
  Location15958: 15958,
  Location15983: 15983,
  Location15975: 15975,
  Location15976: 15976,
  Location28667: 28667,
  Location28809: 28809,
  Location28810: 28810,
  Location28811: 28811,
  Location28812: 28812,
  Location28818: 28818,
  Location31002: 31002,
  Location40156: 40156,
  Location40169: 40169,
  Location40066: 40066,
  Location40192: 40192,
  Location40194: 40194,
  Location40197: 40197,
  Location40235: 40235,
  Location40400: 40400,
  Location5788003: 5788003,
  Location15969: 15969,
  Location51272: 51272,
  Location2107201: 2107201,
  Location5107200: 5107200,
  Location40158: 40158,
  Location40160: 40160,
  Location40600: 40600,
  Location28747: 28747,
  Location15959: 15959,
  Location40198: 40198,
  Location40201: 40201,
  Location50738: 50738,
  Location5787902: 5787902,
} as const;

export type CodeName = keyof typeof codes;

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
    super(message);
    this.name = 'MongoFault';
    this.code = codes[codeName];
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
