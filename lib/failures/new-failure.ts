import type { CountedAttempts } from '../core/attempts.ts';
import type { NewerFormatError, StrangeSenderError, UndecodableError } from '../core/errors.ts';
import type { LastWord } from '../core/failure.ts';
import { failureGroup } from '../core/failure-group.ts';
import { failureId, undecodableId } from '../core/failure-id.ts';
import type { Message } from '../core/message.ts';
import { describeThrown } from '../core/thrown.ts';
import type { FailureRecord } from '../ports/failures.ts';

/** What stands of a failed event when its letter comes: open, or failed again where it was replayed. */
export function failureOf(
  key: string,
  message: Message,
  lastWord: LastWord,
  { attempts, attempted }: CountedAttempts,
  now: string,
): FailureRecord {
  const { id, source, type, subject, time, recordedtime, dataschema, extensions, data } = message;
  return {
    _id: failureId(key, message.fingerprint),
    tenant: message.tenant,
    eventKey: key,
    type,
    source,
    ...lastWord,
    // An extension attribute of such a name does not stand for ours.
    event: JSON.stringify({ ...extensions, id, source, type, subject, time, recordedtime, dataschema }),
    data: JSON.stringify(data),
    fingerprint: message.fingerprint,
    replay: message.replay,
    attempts,
    attempted,
    recordedtime: now,
    state: message.replay > 0 ? 'failed-again' : 'open',
  };
}

/** The failure of a message that nobody here can read, or is to believe: no tenant's, and its body as it came. */
export function undecodable(
  body: string,
  error: UndecodableError | NewerFormatError | StrangeSenderError,
  now: string,
): FailureRecord {
  const said = describeThrown(error);
  return {
    _id: undecodableId(body),
    tenant: null,
    eventKey: null,
    type: null,
    cause: 'undecodable',
    code: error.code,
    message: said.message,
    group: failureGroup(said, null),
    event: null,
    body,
    fingerprint: null,
    replay: 0,
    attempts: [],
    attempted: 0,
    recordedtime: now,
    state: 'open',
  };
}
