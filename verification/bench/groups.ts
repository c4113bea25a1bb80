import type { Group } from './group.ts';
import { fourProcessesGroup } from './groups/four-processes.ts';
import { ingestGroup } from './groups/ingest.ts';
import { loadGroup } from './groups/load.ts';
import { meetingGroup } from './groups/meeting.ts';
import { moneyGroup } from './groups/money.ts';
import { ordinaryGroup } from './groups/ordinary.ts';
import { singleRunsGroup } from './groups/single-runs.ts';
import { stackGroup } from './groups/stack.ts';
import { storedGroup } from './groups/stored.ts';
import { tenantsGroup } from './groups/tenants.ts';
import { togetherGroup } from './groups/together.ts';
import { tripsGroup } from './groups/trips.ts';

/** All that is measured, in the order of the table. */
export const groups: readonly Group[] = [
  ordinaryGroup,
  meetingGroup,
  togetherGroup,
  tripsGroup,
  tenantsGroup,
  storedGroup,
  singleRunsGroup,
  fourProcessesGroup,
  ingestGroup,
  loadGroup,
  stackGroup,
  moneyGroup,
];
