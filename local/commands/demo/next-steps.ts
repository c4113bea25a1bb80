import { callerOf } from '../../stack/caller.ts';
import type { Addresses } from '../../stack/launch.ts';

/** What to do after the demo. @param stay whether the stack still runs */
export function nextSteps(stack: Pick<Addresses, 'api' | 'key'>, stay: boolean): string[] {
  if (!stay)
    return [
      'What next:',
      '  npm run demo -- --stay   the same, and everything stays up to look around in',
      '  npm start                everything on http://localhost:3000, until Ctrl-C',
      '  README.md                "An event type is one file": how to add yours',
    ];
  const { url } = callerOf(stack);
  const curl = `curl -s -H "authorization: Bearer $KEY"`;
  return [
    `It runs on at ${stack.api} until Ctrl-C, and asks for a key. Look around:`,
    `  KEY=${stack.key}`,
    `  ${curl} '${url('/events?limit=5')}'     what was processed, newest first`,
    `  ${curl} '${url('/failures')}'           what needs a person`,
    `  ${curl} '${url('/event-types')}'        what may be sent, with schemas and examples`,
  ];
}
