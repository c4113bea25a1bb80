import { z } from 'zod';

const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];
const DAY_MS = 86_400_000;
/** Who accepts a fault looks at it again twice a year. */
const LONGEST_DAYS = 180;

const advisory = z.object({ name: z.string(), title: z.string(), url: z.string(), severity: z.enum(SEVERITIES) });
const report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), advisory])), nodes: z.array(z.string()) }),
  ),
});
/** What npm says where the advisories did not come. An error with a code is npm's own, such as a lock file that is missing. */
const unreached = z.object({ message: z.string(), error: z.object({ code: z.undefined().optional() }) });
const lockFile = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
const acceptances = z.array(
  z.strictObject({ advisory: z.string().min(1), reason: z.string().min(10), until: z.iso.date() }),
);

/** A known fault of a package that is installed. */
export interface Advisory {
  id: string;
  package: string;
  title: string;
  severity: Severity;
  /** Where it is not of development alone. */
  deployed: boolean;
}

/** A fault that somebody has looked at and lives with, until the day that is named. */
export type Acceptance = z.infer<typeof acceptances>[number];

export type Answer = { advisories: Advisory[] } | { unreached: string } | { broken: string };

/**
 * @param json what `npm audit --json` printed
 * @param lock package-lock.json, which says what is of development
 */
export function readAnswer(json: unknown, lock: unknown): Answer {
  const found = report.safeParse(json);
  if (found.success) return { advisories: advisoriesOf(found.data, lockFile.parse(lock)) };
  const silent = unreached.safeParse(json);
  if (silent.success)
    return { unreached: silent.data.message.replace(/https?:\/\/\S+/g, 'the registry').slice(0, 200) };
  return { broken: JSON.stringify(json ?? null).slice(0, 500) };
}

const advisoriesOf = (
  { vulnerabilities }: z.infer<typeof report>,
  { packages }: z.infer<typeof lockFile>,
): Advisory[] =>
  Object.values(vulnerabilities).flatMap(({ via, nodes }) =>
    via.flatMap((one) =>
      typeof one === 'string'
        ? []
        : [
            {
              id: one.url.slice(one.url.lastIndexOf('/') + 1),
              package: one.name,
              title: one.title,
              severity: one.severity,
              deployed: nodes.some((node) => packages[node]?.dev !== true),
            },
          ],
    ),
  );

/**
 * @param json accepted-advisories.json
 * @param today in milliseconds since 1970
 * @throws Error that says what is wrong with it
 */
export function readAcceptances(json: unknown, today: number): Acceptance[] {
  const read = acceptances.safeParse(json);
  if (!read.success) throw new Error(z.prettifyError(read.error));
  const late = read.data.find(({ until }) => Date.parse(until) > today + LONGEST_DAYS * DAY_MS);
  if (late) throw new Error(`${late.advisory}: until ${late.until} is more than ${LONGEST_DAYS} days`);
  return read.data;
}

/** What becomes of each advisory: `fails`, or why it does not. An acceptance holds to the end of its day, in UTC. */
export function judge(advisories: readonly Advisory[], accepted: readonly Acceptance[], today: number) {
  return advisories.map((one) => {
    const acceptance = accepted.find((candidate) => candidate.advisory === one.id);
    if (!isGrave(one)) return { ...one, fails: false, why: 'reported' };
    if (!acceptance) return { ...one, fails: true, why: 'fails' };
    if (Date.parse(acceptance.until) + DAY_MS <= today)
      return { ...one, fails: true, why: `fails: accepted until ${acceptance.until}` };
    return { ...one, fails: false, why: `accepted until ${acceptance.until}: ${acceptance.reason}` };
  });
}

/** Of development alone only what may take over the machine of whoever works on it. */
const isGrave = ({ severity, deployed }: Advisory): boolean =>
  severity === 'critical' || (deployed && severity === 'high');
