import type { Shown } from './happening.ts';

/** What is shown of what functions print, and how. */
export interface Terminal {
  show: Shown;
  colour: boolean;
}

/** For the process of the stack, whose own output no terminal sees. */
export const terminalVariables = ({ show, colour }: Terminal): Record<string, string> => ({
  SLUICE_SHOW: show,
  SLUICE_COLOUR: colour ? '1' : '',
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Does somebody look on, who wants to know what is left when it ends? */
export const isAttended = ({ SLUICE_SHOW }: Environment): boolean => SLUICE_SHOW !== undefined;

/** Faults alone, without colours, where nothing is said. */
export const readTerminal = (env: Environment): Terminal => ({
  show: env.SLUICE_SHOW === 'all' || env.SLUICE_SHOW === 'happenings' ? env.SLUICE_SHOW : 'faults',
  colour: env.SLUICE_COLOUR === '1',
});
